"""The administration: for administrators only; history is read, what is sealed stays sealed."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from branches.faults import report_fault
from branches.models import CalendarDay, Commitment, Facility, OpeningHours
from eldercare import escorts
from eldercare.models import Customer
from eldercare.reveals import reveal_phone
from foundation.admin import HistoryAdmin, RegisterAdmin
from foundation.encryption import EncryptedTextField
from tests.appointments.test_booking import book
from tests.make import TODAY, Town, at, make_daughter, make_town, new_key

pytestmark = pytest.mark.django_db

OURS = {"accounts", "workflow", "branches", "eldercare", "appointments", "audits"}
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]
# Hashes, single-use codes and lines that are shown beside the row they belong to.
NOT_SHOWN = {"SignInCode", "Heartbeat", "DemoDelivery", "TeamMember", "Consent", "ConsentPaper"}


@pytest.fixture
def town() -> Town:
    """A town in which each kind of row exists."""
    import time_machine

    from tests.make import MORNING

    with time_machine.travel(MORNING, tick=False):
        town = make_town()
        make_daughter(town.grandmother)
        book(town, at(10))
        report_fault(
            facility=Facility.objects.filter(branch=town.branch)[0], words="", actor=town.alice
        )
        escorts.log_arrival(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            customer=town.grandmother,
            actor=town.alice,
        )
        reveal_phone(customer=town.grandmother, why="visit", actor=town.alice)
        CalendarDay.objects.create(day=TODAY, is_working=True, reason="fair")
    return town


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_no_page_has_a_sealed_field_among_its_fields(town: Town) -> None:
    request = RequestFactory().get("/admin/")
    request.user = town.admin
    for model in MODELS:
        sealed = {
            field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)
        }
        page = admin.site._registry[model]
        assert not sealed & {str(name) for name in page.get_fields(request)}, model
        assert not sealed & {str(name) for name in page.list_display}, model
    assert not {model.__name__ for model in MODELS} & NOT_SHOWN


def test_each_list_and_each_page_opens(town: Town) -> None:
    client = signed_in(town.admin)
    opened: dict[str, list[int]] = {}
    for model in MODELS:
        paths = [url(model, "changelist"), f"{url(model, 'changelist')}?q=x"]
        row = model._default_manager.first()
        if row is not None:
            paths.append(url(model, "change", row.pk))
        opened[model.__name__] = [client.get(path).status_code for path in paths]
    assert opened == {name: [200] * len(codes) for name, codes in opened.items()}


def test_rows_are_added_to_registers_only(town: Town) -> None:
    client = signed_in(town.admin)
    found = {model: client.get(url(model, "add")).status_code for model in MODELS}
    assert found == {
        model: 200
        if isinstance(admin.site._registry[model], RegisterAdmin) and model is not Customer
        else 403
        for model in MODELS
    }


def test_superuser_flag_opens_nothing_and_the_role_opens_everything(town: Town) -> None:
    assert not town.admin.is_superuser
    User.objects.filter(pk=town.olga.pk).update(is_superuser=True, is_staff=True)
    for user in (town.olga, town.alice, town.martha, town.rita):
        user.refresh_from_db()
        answer = signed_in(user).get(reverse("admin:index"))
        assert answer.status_code == 302
        assert "login" in answer.headers["Location"]
    assert signed_in(town.admin).get(reverse("admin:index")).status_code == 200
    assert Client().get(reverse("admin:index")).status_code == 302


def test_history_is_never_written_here(town: Town) -> None:
    client = signed_in(town.admin)
    for model in MODELS:
        if not isinstance(admin.site._registry[model], HistoryAdmin):
            continue
        before = list(model._default_manager.order_by("pk").values())
        pages = [("add",), *((page, before[0]["id"]) for page in ("change", "delete") if before)]
        answers = [client.post(url(model, *page), {"post": "yes"}) for page in pages]
        assert {answer.status_code for answer in answers} == {403}, model
        assert list(model._default_manager.order_by("pk").values()) == before


def test_commitments_and_events_are_history() -> None:
    assert isinstance(admin.site._registry[Commitment], HistoryAdmin)


def test_nothing_sealed_is_ever_shown(town: Town) -> None:
    from appointments.models import HomeVisit
    from eldercare.models import Representative
    from workflow.models import Message

    client = signed_in(town.admin)
    visit, message = HomeVisit.objects.get(), Message.objects.all()[0]
    secrets = (
        town.grandmother.phone,
        town.grandmother.address,
        Representative.objects.get().phone,
        message.body,
    )
    shown = ""
    for model in (Customer, Representative, HomeVisit, Message):
        for row in model._default_manager.all():
            shown += client.get(url(model, "change", row.pk)).content.decode()
        shown += client.get(url(model, "changelist")).content.decode()
    assert not [secret for secret in secrets if secret in shown]
    assert "staff_code" not in shown
    assert f">{visit.customer_code}<" not in shown
    assert town.grandmother.masked_phone in shown


def test_register_can_be_corrected_and_the_seal_stays_whole(town: Town) -> None:
    client = signed_in(town.admin)
    before = town.grandmother
    answer = client.post(
        url(Customer, "change", before.pk),
        {
            "branch": town.branch.pk,
            "name": "李桂花",
            "preferred_name": "李奶奶",
            "birth_year": 1941,
            "needs": "mobility",
            "contact_by": "phone",
        },
    )
    assert answer.status_code == 302
    after = Customer.objects.get(pk=before.pk)
    assert (after.name, after.contact_by) == ("李桂花", "phone")
    assert (after.phone, after.address, after.phone_index) == (
        before.phone,
        before.address,
        before.phone_index,
    )


def test_administrator_cannot_change_their_own_role(town: Town) -> None:
    client = signed_in(town.admin)
    client.post(
        url(User, "change", town.admin.pk),
        {"username": town.admin.username, "full_name": "New", "role": "assistant"},
    )
    fresh = User.objects.get(pk=town.admin.pk)
    assert (fresh.full_name, fresh.role, fresh.is_active) == ("New", "administrator", True)


def test_groups_of_django_are_not_offered() -> None:
    assert Group not in admin.site._registry
    assert OpeningHours not in admin.site._registry
