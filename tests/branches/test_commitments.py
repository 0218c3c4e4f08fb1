"""A person is in one place at a time: the constraint, and the one door to it."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from psycopg.types.range import TimestamptzRange

from branches import commitments
from branches.commitments import StaffBusy
from branches.models import Commitment, CommitmentKind, Staff
from foundation import clock
from tests.make import at, make_branch, make_staff

pytestmark = pytest.mark.django_db

ESCORT = CommitmentKind.ESCORT


@pytest.fixture
def team() -> list[Staff]:
    return make_staff(make_branch())


def promise(person: Staff, start: datetime, end: datetime) -> Commitment:
    return commitments.promise(staff=person, kind=ESCORT, start=start, end=end)


def spans(person: Staff) -> list[tuple[datetime, datetime]]:
    rows = Commitment.objects.live().filter(staff=person)
    return [(row.span.lower, row.span.upper) for row in rows]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(10), at(11)),
        (at(9, 30), at(10, 1)),
        (at(10, 59), at(12)),
        (at(9), at(12)),
        (at(10, 20), at(10, 30)),
    ],
)
def test_overlap_is_refused_and_the_transaction_stays_usable(
    team: list[Staff], start: datetime, end: datetime
) -> None:
    promise(team[0], at(10), at(11))
    with pytest.raises(StaffBusy):
        promise(team[0], start, end)
    assert spans(team[0]) == [(at(10), at(11))]
    promise(team[1], start, end)
    assert spans(team[1]) == [(start, end)]


def test_promises_that_touch_do_not_overlap(team: list[Staff]) -> None:
    promise(team[0], at(10), at(11))
    promise(team[0], at(11), at(12))
    promise(team[0], at(9), at(10))
    assert spans(team[0]) == [(at(9), at(10)), (at(10), at(11)), (at(11), at(12))]


def test_released_time_can_be_promised_again_and_history_stays(team: list[Staff]) -> None:
    first = promise(team[0], at(10), at(11))
    commitments.release(first)
    released_at = Commitment.objects.get(pk=first.pk).released_at
    assert released_at is not None
    commitments.release(first)
    assert Commitment.objects.get(pk=first.pk).released_at == released_at
    promise(team[0], at(10), at(11))
    assert Commitment.objects.count() == 2


def test_finish_frees_what_is_left(team: list[Staff]) -> None:
    row = promise(team[0], at(10), at(11))
    commitments.finish(row, at(10, 20))
    assert spans(team[0]) == [(at(10), at(10, 20))]
    promise(team[0], at(10, 20), at(11))


def test_finish_before_it_began_releases_and_after_its_end_changes_nothing(
    team: list[Staff],
) -> None:
    early = promise(team[0], at(10), at(11))
    commitments.finish(early, at(10))
    assert spans(team[0]) == []
    late = promise(team[0], at(14), at(15))
    commitments.finish(late, at(15, 30))
    assert spans(team[0]) == [(at(14), at(15))]


def test_setting_out_earlier_is_refused_into_another_promise(team: list[Staff]) -> None:
    promise(team[0], at(9), at(10))
    row = promise(team[0], at(10, 30), at(11))
    commitments.set_out_at(row.pk, at(10))
    with pytest.raises(StaffBusy):
        commitments.set_out_at(row.pk, at(9, 59))
    assert spans(team[0]) == [(at(9), at(10)), (at(10), at(11))]


def hold(person: Staff, *, expires: datetime) -> Commitment:
    return Commitment.objects.create(
        staff=person,
        kind=CommitmentKind.HOLD,
        span=TimestamptzRange(at(10), at(11), "[)"),
        hold_owner="booking-1",
        hold_expires_at=expires,
    )


def test_live_hold_binds_and_an_expired_one_is_taken_over(team: list[Staff]) -> None:
    row = hold(team[0], expires=clock.now() + timedelta(minutes=5))
    with pytest.raises(StaffBusy):
        promise(team[0], at(10), at(11))
    Commitment.objects.filter(pk=row.pk).update(hold_expires_at=clock.now())
    promise(team[0], at(10), at(11))
    row.refresh_from_db()
    assert row.released_at is not None
    assert Commitment.objects.live().get().kind == ESCORT


@pytest.mark.django_db(transaction=True)
def test_no_promise_outside_a_transaction(team: list[Staff]) -> None:
    with pytest.raises(RuntimeError, match="locking"):
        promise(team[0], at(10), at(11))
    with transaction.atomic():
        promise(team[0], at(10), at(11))
    assert Commitment.objects.count() == 1
