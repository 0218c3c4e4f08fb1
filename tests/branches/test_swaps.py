"""Two exchange duty: one asks, the other agrees, the manager lets it through, the floor is kept."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine

from branches import commitments, swaps
from branches.models import CommitmentKind, RosterException, RosterSwap, SwapRequest
from branches.promises import BreaksPromises
from branches.roster import set_week
from branches.swaps import OpensGap
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.branches.test_rosters import EARLY, LATE, span, week
from tests.concurrency.conftest import race
from tests.make import MORNING, TODAY, TOMORROW, Town, at, make_town, make_user


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """Alice has the mornings, Ben the afternoons."""
    with time_machine.travel(MORNING, tick=False):
        town = make_town()
        for person, user in zip(
            town.team, (town.alice, make_user(branches=[town.branch])), strict=True
        ):
            person.user = user
            person.save()
        set_week(staff=town.team[0], pattern=week(EARLY))
        set_week(staff=town.team[1], pattern=week(LATE))
        yield town


def asked(town: Town) -> SwapRequest:
    first, second = town.team
    return swaps.ask(
        first=first, second=second, days=[TOMORROW], reason="dentist", actor=town.alice
    )


def agreed(town: Town) -> SwapRequest:
    return swaps.agree(request=asked(town), actor=town.team[1].user)  # type: ignore[arg-type]


def test_asked_agreed_and_let_through(town: Town) -> None:
    row = agreed(town)
    assert RosterException.objects.count() == 0
    row = swaps.confirm(request=row, actor=town.martha)
    assert (span(town.team[0]), span(town.team[1])) == ((at(13), at(17)), (at(9), at(13)))
    assert row.swap == RosterSwap.objects.get()
    assert [event.to_status for event in row.events.all()] == ["asked", "agreed", "done"]
    with pytest.raises(MoveRefused):
        swaps.confirm(request=row, actor=town.martha)


def test_nobody_speaks_for_somebody_else(town: Town) -> None:
    row = asked(town)
    with pytest.raises(NotAllowed):
        swaps.agree(request=row, actor=town.alice)
    with pytest.raises(NotAllowed):
        swaps.cancel(request=row, actor=town.martha)
    with pytest.raises(MoveRefused):
        swaps.confirm(request=row, actor=town.martha)
    row = swaps.agree(request=row, actor=town.team[1].user)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        swaps.confirm(request=row, actor=town.alice)
    assert SwapRequest.objects.get().status == "agreed"
    assert swaps.cancel(request=row, actor=town.alice).status == "cancelled"


def test_declined_with_a_reason_only(town: Town) -> None:
    row = asked(town)
    with pytest.raises(InvalidInput):
        swaps.decline(request=row, reason=" ", actor=town.martha)
    assert swaps.decline(request=row, reason="too few", actor=town.martha).status == "declined"
    assert RosterException.objects.count() == 0


def test_what_breaks_a_promise_does_not_go_through(town: Town) -> None:
    row = agreed(town)
    promised = commitments.promise(
        staff=town.team[1], kind=CommitmentKind.VISIT, start=at(14), end=at(15)
    )
    with pytest.raises(BreaksPromises) as refused:
        swaps.confirm(request=row, actor=town.martha)
    assert refused.value.promises == [promised]
    assert SwapRequest.objects.get().status == "agreed"
    assert (RosterException.objects.count(), RosterSwap.objects.count()) == (0, 0)


def test_what_empties_the_floor_does_not_go_through(town: Town) -> None:
    row = agreed(town)
    # Alice is away in the afternoon: whoever has it instead of Ben leaves the floor empty.
    commitments.promise(staff=town.team[0], kind=CommitmentKind.LEAVE, start=at(13), end=at(17))
    with pytest.raises(OpensGap) as refused:
        swaps.confirm(request=row, actor=town.martha)
    assert [(gap.start, gap.end) for gap in refused.value.gaps] == [(at(13), at(17))]
    assert (RosterException.objects.count(), RosterSwap.objects.count()) == (0, 0)


def test_nonsense_is_not_even_asked(town: Town) -> None:
    first, second = town.team
    days = [[], [TODAY - timedelta(days=1)], [TODAY + timedelta(days=91)]]
    days.append([TODAY + timedelta(days=n) for n in range(15)])
    for wrong in days:
        with pytest.raises(InvalidInput):
            swaps.ask(first=first, second=second, days=wrong, reason="", actor=town.alice)
    set_week(staff=first, pattern=week((time(13), time(17))))
    with pytest.raises(InvalidInput):
        asked(town)
    assert not SwapRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_let_it_through_once(transactional_db: None, town: Town) -> None:
    row = agreed(town)
    ends = race(2, lambda n: swaps.confirm(request=row, actor=(town.martha, town.olga)[n]))
    assert ends == {"won": 1, "move_refused": 1}
    assert RosterSwap.objects.count() == 1
