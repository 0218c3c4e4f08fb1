"""The staff's door: who gets in, where they land, and that leaving takes a POST."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.make import make_branch, make_region, make_user

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str = "secret", **more: str) -> str:
    answer = client.post(
        "/staff/sign-in/", {"username": username, "password": password, **more}, follow=False
    )
    return answer.headers.get("Location", "")


def test_right_password_opens_the_staff_door(client: Client) -> None:
    make_user(username="alice", branches=[make_branch()])
    assert sign_in(client, "alice") == "/staff/"
    assert client.session.get_expiry_age() <= 12 * 60 * 60


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", "secret")])
def test_wrong_sign_in_says_the_same_to_everybody(client: Client, name: str, password: str) -> None:
    make_user(username="alice")
    answer = client.post("/staff/sign-in/", {"username": name, "password": password})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ASSISTANT, "/desk/"),
        (Role.MANAGER, "/desk/"),
        (Role.OFFICER, "/region/"),
        (Role.REVIEWER, "/region/"),
        (Role.ADMINISTRATOR, "/admin/"),
    ],
)
def test_each_role_lands_at_its_own_face(client: Client, role: Role, place: str) -> None:
    client.force_login(make_user(role, region=make_region()))
    assert client.get("/staff/")["Location"] == place


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/staff/")["Location"] == "/staff/sign-in/?next=/staff/"


def test_sign_in_leads_on_only_within_the_house(client: Client) -> None:
    make_user(username="alice")
    assert sign_in(client, "alice", next="https://evil.example/") == "/staff/"


def test_leaving_takes_a_post(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/staff/sign-out/").status_code == 405
    assert client.post("/staff/sign-out/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
