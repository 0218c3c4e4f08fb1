"""The sign of a demonstration branch: who applied, who granted, who suspended, and why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from branches import quiet
from branches.demonstration import (
    AlreadyCandidate,
    apply,
    decline,
    grant,
    register_granted,
    reinstate,
    suspend,
    withdraw,
)
from branches.models import Branch, Demonstration, DemonstrationEvent
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.make import Town, make_branch, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def plain(town: Town) -> Branch:
    return make_branch(town.region, kind="ordinary")


def kind(branch: Branch) -> str:
    return Branch.objects.get(pk=branch.pk).kind


def moves() -> list[tuple[str, str, str]]:
    return list(DemonstrationEvent.objects.values_list("from_status", "to_status", "reason"))


def test_from_the_application_to_the_withdrawal(town: Town, plain: Branch) -> None:
    row = apply(branch=plain, reason="all equipped", actor=town.martha)
    assert kind(plain) == "ordinary"
    row = grant(demonstration=row, reason="inspected", actor=town.olga)
    assert (kind(plain), row.granted_on) == ("demonstration", clock.today())
    suspend(demonstration=row, reason="no wheelchair", actor=town.olga)
    assert kind(plain) == "demonstration"
    reinstate(demonstration=row, reason="new wheelchair", actor=town.olga)
    row = withdraw(demonstration=row, reason="moved out", actor=town.olga)
    assert (kind(plain), row.status) == ("ordinary", "withdrawn")
    assert moves() == [
        ("", "applied", "all equipped"),
        ("applied", "granted", "inspected"),
        ("granted", "suspended", "no wheelchair"),
        ("suspended", "granted", "new wheelchair"),
        ("granted", "withdrawn", "moved out"),
    ]


def test_whoever_applied_decides_nothing_but_may_take_it_back(town: Town, plain: Branch) -> None:
    row = apply(branch=plain, reason="ready", actor=town.olga)
    for decide in (grant, decline):
        with pytest.raises(NotAllowed):
            decide(demonstration=row, reason="mine", actor=town.olga)
    assert (kind(plain), len(moves())) == ("ordinary", 1)
    assert withdraw(demonstration=row, reason="later", actor=town.olga).status == "cancelled"


def test_one_candidacy_at_a_time_and_another_after_a_refusal(town: Town, plain: Branch) -> None:
    row = apply(branch=plain, reason="ready", actor=town.martha)
    with pytest.raises(AlreadyCandidate):
        apply(branch=plain, reason="again", actor=town.martha)
    decline(demonstration=row, reason="no ramp", actor=town.olga)
    apply(branch=plain, reason="ramp is built", actor=town.martha)
    assert Demonstration.objects.live().count() == 1


@pytest.mark.parametrize("decide", [suspend, reinstate])
def test_move_from_the_wrong_state_changes_nothing(
    town: Town, plain: Branch, decide: Callable[..., Demonstration]
) -> None:
    row = apply(branch=plain, reason="ready", actor=town.martha)
    with pytest.raises(MoveRefused):
        decide(demonstration=row, reason="no", actor=town.olga)
    assert (Demonstration.objects.get().status, len(moves())) == ("applied", 1)


def test_suspended_sign_is_reinstated_and_not_granted_anew(town: Town, plain: Branch) -> None:
    row = register_granted(branch=plain, on=date(2023, 3, 15), reason="published", actor=town.olga)
    assert kind(plain) == "demonstration"
    suspend(demonstration=row, reason="no wheelchair", actor=town.olga)
    with pytest.raises(MoveRefused):
        grant(demonstration=row, reason="no", actor=town.olga)
    assert Demonstration.objects.get().status == "suspended"


def test_without_a_reason_or_in_the_future_nothing_is_entered(town: Town, plain: Branch) -> None:
    with pytest.raises(InvalidInput):
        apply(branch=plain, reason="  ", actor=town.martha)
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(InvalidInput):
        register_granted(branch=plain, on=tomorrow, reason="soon", actor=town.olga)
    assert Demonstration.objects.count() == 0


def test_quiet_hours_are_told_only_when_somebody_counts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "_counters", [])
    assert quiet.quiet_hours(town.branch) is None
    quiet.register(lambda _branch, _since: {})
    assert quiet.quiet_hours(town.branch) is None
    busy = {(weekday, hour): 5 for weekday in range(1, 6) for hour in range(9, 17)}
    quiet.register(lambda _branch, _since: busy | {(3, 14): 0, (2, 9): 1})
    found = quiet.quiet_hours(town.branch, at_most=2)
    assert found == [quiet.QuietHour(3, 14, 0), quiet.QuietHour(2, 9, 1)]
