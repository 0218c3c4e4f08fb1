"""The sign of a demonstration branch: applied for here, decided by the region, on record."""

import pytest
from django.test import Client

from branches.models import Branch, Demonstration, DemonstrationEvent
from tests.make import Town, make_branch
from tests.web.desk.conftest import Enter


@pytest.fixture
def plain(town: Town) -> Branch:
    """A branch without a sign, also Martha's."""
    branch = make_branch(town.region, kind="ordinary")
    town.martha.branches.add(branch)
    town.alice.branches.add(branch)
    return branch


def move(client: Client, branch: Branch, goal: str, reason: str = "ready") -> int:
    said = {"move": goal, "reason": reason}
    return client.post(f"/desk/{branch.code}/register/sign/move/", said).status_code


def offered(client: Client, branch: Branch) -> list[str]:
    page = client.get(f"/desk/{branch.code}/register/sign/").content.decode()
    return [part.partition('"')[0] for part in page.split('name="move" value="')[1:]]


def test_from_the_application_to_the_end(plain: Branch, town: Town, enter: Enter) -> None:
    martha, olga = enter(town.martha), enter(town.olga)
    assert offered(enter(town.alice), plain) == []
    assert offered(martha, plain) == ["apply"]
    assert move(martha, plain, "apply") == 303
    assert offered(martha, plain) == ["cancelled"]
    assert offered(olga, plain) == ["granted", "declined", "cancelled"]
    for goal in ("granted", "suspended", "granted", "withdrawn"):
        assert move(olga, plain, goal, f"because {goal}") == 303
    plain.refresh_from_db()
    assert (plain.kind, Demonstration.objects.get().status) == ("ordinary", "withdrawn")
    page = enter(town.alice).get(f"/desk/{plain.code}/register/sign/").content.decode()
    for words in ("because suspended", "because withdrawn", town.martha.full_name):
        assert words in page
    assert offered(martha, plain) == ["apply"]


def test_what_is_not_ones_own_to_decide(plain: Branch, town: Town, enter: Enter) -> None:
    martha, olga = enter(town.martha), enter(town.olga)
    assert move(enter(town.alice), plain, "apply") == 403
    assert move(olga, plain, "granted") == 409
    assert move(martha, plain, "apply", " ") == 400
    assert not Demonstration.objects.exists()
    assert move(olga, plain, "apply") == 303
    assert offered(olga, plain) == ["cancelled"]
    # Whoever has applied does not decide, nor does a branch; and nothing is skipped.
    assert [move(olga, plain, "granted"), move(martha, plain, "granted")] == [403, 403]
    assert [move(olga, plain, "suspended"), move(olga, plain, "castle")] == [409, 409]
    assert DemonstrationEvent.objects.count() == 1
    assert move(martha, plain, "cancelled") == 303
