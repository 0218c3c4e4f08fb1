"""The page for a call: whom, the number on record, what to say, what came of it."""

from datetime import timedelta

import pytest
from django.test import Client

from appointments import booking
from appointments.models import HomeVisit
from appointments.notices import announced
from eldercare.models import Reveal
from tests.make import Town, by_customer
from tests.web.desk.conftest import Enter
from workflow.models import DueStep, Message, PhoneCall
from workflow.outbox import deliver


@pytest.fixture
def step(town: Town, visit: HomeVisit) -> DueStep:
    """Grandma wants to be phoned: the announcement is to be read out."""
    town.grandmother.contact_by = "phone"
    town.grandmother.save()
    visit.customer.refresh_from_db()
    deliver(announced(visit).pk)
    return DueStep.objects.get(kind="read_out")


def path(town: Town, step: DueStep, verb: str = "") -> str:
    return f"/desk/{town.branch.code}/steps/{step.pk}/call/{verb}"


def test_page_says_word_for_word_what_to_say(
    town: Town, visit: HomeVisit, step: DueStep, enter: Enter
) -> None:
    client = enter(town.alice)
    assert path(town, step) in client.get(f"/desk/{town.branch.code}/steps/").content.decode()
    page = client.get(path(town, step)).content.decode()
    assert Message.objects.get(kind="visit_announced").body.split("%")[0] in page
    assert visit.staff_code in page
    assert town.alice.full_name in page
    assert "We never ask for money or passwords." in page
    assert town.grandmother.masked_phone in page
    assert town.grandmother.phone not in page


def test_number_is_shown_on_record(town: Town, step: DueStep, enter: Enter) -> None:
    page = enter(town.alice).post(path(town, step, "number/")).content.decode()
    assert f"tel:{town.grandmother.phone}" in page
    row = Reveal.objects.get()
    assert (row.actor, row.what) == (town.alice, "phone")


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ({"result": "reached"}, "done", True),
        ({"result": "not_reached"}, "waiting", False),
        ({"result": "wrong_number"}, "done", False),
        ({"result": "later", "later": "hours"}, "waiting", False),
    ],
)
def test_the_four_things_that_can_come_of_a_call(
    town: Town, step: DueStep, enter: Enter, said: dict[str, str], status: str, told: bool
) -> None:
    answer = enter(town.alice).post(path(town, step, "record/"), said | {"words": "was asleep"})
    assert answer.status_code == 303
    step.refresh_from_db()
    assert step.status == status
    call = PhoneCall.objects.get()
    assert (call.by, call.result, call.words) == (town.alice, said["result"], "was asleep")
    assert (Message.objects.get(kind="visit_announced").acknowledged_at is not None) is told
    if said["result"] == "later":
        assert step.due_at == call.at + timedelta(hours=3)


@pytest.mark.parametrize(
    "said",
    [{}, {"result": "sold"}, {"result": "later"}, {"result": "reached", "words": "x" * 151}],
)
def test_nonsense_is_refused_and_the_words_are_kept(
    town: Town, step: DueStep, enter: Enter, said: dict[str, str]
) -> None:
    answer = enter(town.alice).post(path(town, step, "record/"), {"words": "kept", **said})
    assert answer.status_code == 400
    assert said.get("words", "kept") in answer.content.decode()
    step.refresh_from_db()
    assert (step.status, PhoneCall.objects.count()) == ("open", 0)


def test_who_comes_second_is_told(town: Town, step: DueStep, enter: Enter) -> None:
    enter(town.martha).post(path(town, step, "record/"), {"result": "reached"})
    answer = enter(town.alice).post(path(town, step, "record/"), {"result": "wrong_number"})
    assert answer.status_code == 409
    assert "changed in the meantime" in answer.content.decode()
    assert "Reached, and told" not in answer.content.decode()
    assert PhoneCall.objects.get().by == town.martha


@pytest.mark.parametrize("verb", ["number/", "record/"])
def test_who_may_not(
    town: Town, step: DueStep, enter: Enter, client: Client, verb: str, visit: HomeVisit
) -> None:
    said = {"result": "reached"}
    assert client.post(path(town, step, verb), said).status_code == 302
    assert enter(town.bob).post(path(town, step, verb), said).status_code == 404
    assert enter(town.olga).post(path(town, step, verb), said).status_code == 403
    assert enter(town.alice).get(path(town, step, verb)).status_code == 405
    step.refresh_from_db()
    assert (step.status, Reveal.objects.count(), PhoneCall.objects.count()) == ("open", 0, 0)


def test_story_of_a_visit_hides_codes_and_numbers_and_says_why(
    town: Town, visit: HomeVisit, step: DueStep, enter: Enter
) -> None:
    DueStep.objects.filter(subject=visit.subject, kind="nobody_set_off").update(
        status="skipped", outcome="the visit is done", settled_at=step.made_at
    )
    for user in (town.alice, town.olga):
        page = enter(user).get(f"/desk/{town.branch.code}/visits/{visit.public_id}/story/")
        words = page.content.decode()
        assert "Message: who comes" in words
        assert "••••" in words
        assert visit.staff_code not in words
        assert visit.customer_code not in words
        assert town.grandmother.phone not in words
        assert "the visit is done" in words
        assert words.index("To come") < words.index("What happened")
        assert words.index("Please phone and ask how the visit was.") < words.index("What happened")


def test_nobody_reads_out_who_comes_when_nobody_comes(
    town: Town, visit: HomeVisit, step: DueStep
) -> None:
    booking.cancel_visit(visit=visit, reason="ill", asker=by_customer())
    step.refresh_from_db()
    assert (step.status, step.outcome) == ("skipped", "the visit is cancelled")
    # That it does not take place is still to be said.
    deliver(Message.objects.get(kind="visit_cancelled").pk)
    assert DueStep.objects.get(key__contains="visit_cancelled").status == "open"
