"""Two at once: one escort, one message, one step, the last kit, the sixth code, one fault."""

import threading
from datetime import time, timedelta
from time import sleep

import pytest

from accounts.roles import Role
from branches import commitments, hours
from branches.calendar import branch_day
from branches.faults import report_fault
from branches.locks import staff_locked
from branches.models import (
    Commitment,
    CommitmentKind,
    Facility,
    FacilityFault,
    StockItem,
    StockLevel,
)
from branches.models.stock import MovementKind
from branches.stock import hand_out_kit, move_stock
from eldercare import escorts, review, sign_in
from eldercare.models import Escort, ServiceVersion, SignInCode
from foundation.locks import locking
from tests.concurrency.conftest import race
from tests.make import MORNING, TOMORROW, Town, at, make_customer, make_user, make_version, new_key
from workflow import due_steps, outbox
from workflow.models import DueStep, Message
from workflow.states import StepStatus


def arrive(town: Town) -> Escort:
    return escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        customer=make_customer(town.branch),
        actor=town.alice,
    )


def test_two_take_one_escort(town: Town) -> None:
    escort = arrive(town)
    ends = race(2, lambda n: escorts.take(escort=escort, assistant=town.team[n], actor=town.alice))
    assert ends == {"won": 1, "move_refused": 1}
    winner = Escort.objects.get().assistant
    assert [c.staff for c in Commitment.objects.live()] == [winner]
    assert escort.events.count() == 2


def test_one_assistant_takes_two_escorts(town: Town) -> None:
    waiting = [arrive(town), arrive(town)]
    ends = race(
        2, lambda n: escorts.take(escort=waiting[n], assistant=town.team[0], actor=town.alice)
    )
    assert ends == {"won": 1, "staff_busy": 1}
    assert Escort.objects.filter(status="accompanied").count() == 1


def test_arrival_sent_from_two_tablets_is_one(town: Town) -> None:
    ends = race(
        8,
        lambda _n: escorts.log_arrival(
            client_key="tap",
            branch=town.branch,
            service_version=town.version,
            nickname="lady in red",
            actor=town.alice,
        ),
    )
    assert ends == {"won": 8}
    assert Escort.objects.get().events.count() == 1


def test_last_kits_are_handed_out_once_each(town: Town) -> None:
    move_stock(
        key=new_key(),
        branch=town.branch,
        item=StockItem.objects.get(),
        kind=MovementKind.WRITTEN_OFF,
        quantity=-37,
        actor=town.martha,
    )
    ends = race(10, lambda n: hand_out_kit(key=f"tap-{n}", branch=town.branch, actor=town.alice))
    assert ends == {"won": 3, "stock_short": 7}
    assert StockLevel.objects.get(branch=town.branch).quantity == 0


def test_same_tap_moves_one_kit(town: Town) -> None:
    ends = race(8, lambda _n: hand_out_kit(key="tap", branch=town.branch, actor=town.alice))
    assert ends == {"won": 8}
    assert StockLevel.objects.get(branch=town.branch).quantity == 39


def test_one_report_of_one_broken_thing(town: Town) -> None:
    facility = Facility.objects.filter(branch=town.branch)[0]
    ends = race(6, lambda _n: report_fault(facility=facility, words="", actor=town.alice))
    assert ends == {"won": 1, "fault_already_open": 5}
    assert FacilityFault.objects.get().events.count() == 1


def test_hours_do_not_shrink_while_somebody_books(town: Town) -> None:
    clerk, week = town.team[0], {day: (time(9), time(12)) for day in range(1, 6)}
    booker_has_looked = threading.Event()

    def run(n: int) -> None:
        if n == 0:
            booker_has_looked.wait(timeout=10)
            hours.set_week(branch=town.branch, week=week, actor=town.martha)
            return
        with locking():
            staff_locked([clerk.pk])
            assert branch_day(town.branch, TOMORROW).hours == (time(9), time(17))
            booker_has_looked.set()
            sleep(0.3)
            commitments.promise(staff=clerk, kind=CommitmentKind.ESCORT, start=at(14), end=at(15))

    assert race(2, run) == {"won": 1, "staff_busy": 1}
    assert branch_day(town.branch, TOMORROW).hours == (time(9), time(17))
    assert Commitment.objects.get().staff == clerk


def test_message_is_sent_by_one_worker(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    both_are_here = threading.Event()

    class SlowChannel:
        def send(self, *, key: str, to: str, body: str) -> None:
            sent.append(key)
            both_are_here.wait(timeout=1)

    monkeypatch.setattr(outbox, "channel_for", lambda _name: SlowChannel())
    message = outbox.queue_message(key="k", kind="k", subject="s", to="13812345678", body="b")
    race(4, lambda n: outbox.deliver(message.pk if n % 2 else None))
    assert sent == ["k"]
    row = Message.objects.get()
    assert (row.status, row.tries) == ("delivered", 1)


def test_due_steps_are_acted_on_once_each(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    acted: list[str] = []

    def handle(step: DueStep) -> tuple[StepStatus, str]:
        acted.append(step.subject)
        return StepStatus.DONE, ""

    monkeypatch.setattr(due_steps, "_handlers", {"race": handle})
    for n in range(20):
        due_steps.schedule(
            key=f"k{n}", kind="race", subject=f"s{n}", due_at=MORNING - timedelta(minutes=1)
        )
    assert race(4, lambda _n: due_steps.act_on_due()) == {"won": 4}
    assert sorted(acted) == sorted(f"s{n}" for n in range(20))


def test_five_codes_are_enough_however_fast_they_are_asked_for(town: Town) -> None:
    ends = race(12, lambda _n: sign_in.send_code(phone="13812345678"))
    assert ends == {"won": 5, "rate_limited": 7}
    assert SignInCode.objects.count() == 5


def test_guesses_at_once_are_counted_one_by_one(town: Town) -> None:
    row = sign_in.send_code(phone="13812345678")
    ends = race(12, lambda _n: sign_in.check_code(public_id=str(row.public_id), code="x"))
    assert ends == {"code_wrong": 5, "code_locked": 7}


def test_two_reviewers_pass_one_version_once(town: Town) -> None:
    version = make_version(service=town.version.service, number=2, status="draft")
    review.submit(version=version, actor=town.olga)
    rosa = make_user(Role.REVIEWER, region=town.region)
    people = (town.rita, rosa)
    ends = race(2, lambda n: review.pass_inner_review(version=version, actor=people[n]))
    assert ends == {"won": 1, "move_refused": 1}
    assert ServiceVersion.objects.get(pk=version.pk).events.count() == 2


def test_lock_that_cannot_be_had_is_a_sentence_and_not_a_hang(town: Town) -> None:
    held, done = threading.Event(), threading.Event()

    def act(n: int) -> None:
        from branches.locks import staff_locked

        if n == 0:
            with locking():
                staff_locked([town.team[0].pk])
                held.set()
                done.wait(timeout=10)
            return
        held.wait(timeout=10)
        try:
            with locking(wait_ms=100):
                staff_locked([town.team[0].pk])
        finally:
            done.set()

    assert race(2, act) == {"won": 1, "busy": 1}
