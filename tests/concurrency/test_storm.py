"""Everything at once: each answer is a rule's, and never a crash."""

import itertools
import random
from collections import Counter
from collections.abc import Callable

from appointments import escort_times, holds, screening, waiting_list
from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit, cancel_visit, move_visit
from appointments.models import HomeVisit, Wish
from appointments.states import DeclineReason
from branches.models import Commitment
from eldercare import escorts
from eldercare.models import Escort
from foundation.errors import ErrorCode
from tests.concurrency.conftest import race
from tests.make import TOMORROW, Town, at, by_customer, make_customer, make_version, new_key
from workflow.due_steps import act_on_due, ask_a_person, settle
from workflow.states import StepStatus

REFUSALS = {code.value for code in ErrorCode} - {"server_error"}


def book(town: Town, hour: int = 10, **overrides: object) -> HomeVisit:
    return book_visit(
        customer=make_customer(town.branch),
        version=overrides.get("version", town.version),  # type: ignore[arg-type]
        window_start=at(hour),
        key=new_key(),
        asker=by_customer(),
    )


def move(visit: HomeVisit, hour: int) -> HomeVisit:
    return move_visit(visit=visit, window_start=at(hour), key=new_key(), asker=by_customer())


def cancel(visit: HomeVisit) -> HomeVisit:
    return cancel_visit(visit=visit, reason="", asker=by_customer())


def live_visit_promises() -> int:
    return Commitment.objects.live().filter(kind="visit").count()


def check_no_overlaps() -> None:
    """No person is in two places; each live visit has its two, and no other has any."""
    rows = list(Commitment.objects.live().order_by("staff", "span"))
    for before, after in itertools.pairwise(rows):
        assert before.staff_id != after.staff_id or before.span.upper <= after.span.lower
    for visit in HomeVisit.objects.all():
        kept = sum(m.commitment.released_at is None for m in visit.team.all())
        assert kept == (2 if visit in HomeVisit.objects.live() else 0), visit.status


def test_one_visit_moved_twice_is_moved_once(town: Town) -> None:
    visit = book(town)
    ends = race(2, lambda n: move(visit, 13 + n))
    assert ends == {"won": 1, "move_refused": 1}
    assert HomeVisit.objects.live().count() == 1
    assert live_visit_promises() == 2


def test_move_and_cancel_end_in_one_of_both(town: Town) -> None:
    visit = book(town)
    acts: list[Callable[[], HomeVisit]] = [lambda: move(visit, 14), lambda: cancel(visit)]
    ends = race(2, lambda n: acts[n]())
    assert ends == {"won": 1, "move_refused": 1}
    check_no_overlaps()


def test_yes_and_no_end_in_one_of_both(town: Town) -> None:
    visit = book(town, version=make_version(risk="high"))
    acts: list[Callable[[], HomeVisit]] = [
        lambda: screening.approve(visit=visit, actor=town.martha),
        lambda: screening.decline(visit=visit, reason=DeclineReason.UNSAFE, actor=town.martha),
    ]
    ends = race(2, lambda n: acts[n]())
    assert ends == {"won": 1, "move_refused": 1}
    check_no_overlaps()


def test_one_window_is_held_for_one_form(town: Town) -> None:
    people = [make_customer(town.branch) for _ in range(8)]
    version = make_version(minutes=110)
    ends = race(
        len(people),
        lambda n: holds.hold_window(customer=people[n], version=version, window_start=at(9)),
    )
    assert set(ends) <= {"won", "window_taken", "busy"}
    assert ends["won"] == 1
    check_no_overlaps()


def test_one_customer_holds_one_window_however_often_they_tap(town: Town) -> None:
    ends = race(
        4,
        lambda n: holds.hold_window(
            customer=town.grandmother, version=town.version, window_start=at(10 + n)
        ),
    )
    assert ends["won"] >= 1
    assert set(ends) <= {"won", "window_taken", "busy"}
    assert Commitment.objects.live().filter(kind="hold").count() == 2


def test_company_at_one_time_is_promised_to_as_many_as_there_are_assistants(town: Town) -> None:
    people = [make_customer(town.branch) for _ in range(6)]
    ends = race(
        len(people),
        lambda n: escort_times.book_escort(
            customer=people[n],
            branch=town.branch,
            version=town.version,
            start=at(10),
            key=new_key(),
            asker=by_customer(),
        ),
    )
    assert ends == {"won": 2, "window_taken": 4}
    assert {escort.assistant for escort in Escort.objects.all()} == set(town.team)


def test_offer_is_taken_once(town: Town) -> None:
    wish = waiting_list.join(
        customer=town.grandmother,
        version=town.version,
        first_day=TOMORROW,
        last_day=TOMORROW,
        asker=by_customer(),
    )
    assert race(3, lambda _n: waiting_list.sweep())["won"] == 3
    wish = Wish.objects.get(pk=wish.pk)
    assert (wish.status, wish.offers) == ("offered", 1)
    ends = race(3, lambda n: waiting_list.accept(wish=wish, key=f"form-{n}", asker=by_customer()))
    assert ends["won"] == HomeVisit.objects.count() == 1
    assert set(ends) <= {"won", "already_booked", "window_taken", "move_refused", "busy"}


def test_step_is_settled_once(town: Town) -> None:
    step = ask_a_person(key="k", kind="phone", subject="s", branch_code=town.branch.code)
    ends = race(4, lambda n: settle(step=step, to=StepStatus.DONE, outcome=str(n)))
    assert ends == {"won": 1, "move_refused": 3}


def test_storm(town: Town) -> None:
    """Forty threads book, move, cancel, hold, greet, take and sweep; nothing breaks and no rule."""
    chance = random.Random(7)
    visits = [book(town, hour) for hour in (9, 11, 13, 15)]
    waiting = [
        escorts.log_arrival(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            nickname=f"hat {n}",
            actor=town.alice,
        )
        for n in range(4)
    ]
    people = [make_customer(town.branch) for _ in range(40)]
    hours = [chance.randrange(9, 16) for _ in range(40)]

    def act(n: int) -> None:
        customer, hour = people[n], hours[n]
        acts: list[Callable[[], object]] = [
            lambda: book(town, hour),
            lambda: move(visits[n % 4], hour),
            lambda: cancel(visits[(n + 1) % 4]),
            lambda: holds.hold_window(
                customer=customer, version=town.version, window_start=at(hour)
            ),
            lambda: escorts.take(
                escort=waiting[n % 4], assistant=town.team[n % 2], actor=town.alice
            ),
            act_on_due,
            lambda: next_windows(town.branch, demand_for(customer, town.version)),
            waiting_list.sweep,
        ]
        acts[n % len(acts)]()

    ends: Counter[str] = race(40, act)
    assert set(ends) - {"won"} <= REFUSALS, ends
    check_no_overlaps()
