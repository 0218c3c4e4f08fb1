"""Comments for each aspect, deadlines, figures, comparison, and no promise left unspoken."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from eldercare import review, review_figures
from eldercare.models import ReviewComment, ServiceVersion
from eldercare.review import PromisesStand, SameReviewer
from eldercare.review_figures import Kind, Piece
from eldercare.working_time import WorkingTime
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.make import SHANGHAI, Town, make_town, make_user, make_version
from workflow import due_steps
from workflow.models import DueStep

pytestmark = pytest.mark.django_db

# A Friday: two working days later is Tuesday, four is Thursday.
FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as moment:
        yield moment


@pytest.fixture
def town(moment: time_machine.Traveller) -> Town:
    return make_town()


@pytest.fixture
def rosa(town: Town) -> User:
    return make_user(Role.REVIEWER, region=town.region)


def draft(town: Town) -> ServiceVersion:
    return make_version(
        service=town.version.service,
        number=2,
        status="draft",
        author=town.olga,
        name_zh="重置密码",
        prepare_zh="本人身份证\n银行卡",
    )


def steps(version: ServiceVersion) -> list[tuple[str, str]]:
    rows = DueStep.objects.filter(subject=f"service:{version.pk}").order_by("pk")
    return list(rows.values_list("kind", "status"))


def test_returned_with_a_comment_for_each_aspect(town: Town) -> None:
    version = review.submit(version=draft(town), actor=town.olga)

    review.send_back(
        version=version,
        comments="please mend",
        by_aspect={"know": "the fee is not named", "elderly": " too long "},
        actor=town.rita,
    )

    assert list(version.comments.values_list("aspect", "words", "stage", "reviewer")) == [
        ("know", "the fee is not named", "inner_review", town.rita.pk),
        ("elderly", "too long", "inner_review", town.rita.pk),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewComment.objects.update(words="fine")


def test_a_comment_in_passing(town: Town, rosa: User) -> None:
    version = review.submit(version=draft(town), actor=town.olga)
    version = review.pass_inner_review(version=version, actor=town.rita)

    review.comment(version=version, aspect="privacy", words="fine", actor=rosa)
    with pytest.raises(SameReviewer):
        review.comment(version=version, aspect="privacy", words="fine", actor=town.rita)
    assert list(version.comments.values_list("stage", "reviewer")) == [("recheck", rosa.pk)]


@pytest.mark.parametrize("by_aspect", [{"beauty": "x"}, {"know": " "}, {"know": "x" * 501}])
def test_comments_that_say_nothing_change_nothing(town: Town, by_aspect: dict[str, str]) -> None:
    version = review.submit(version=draft(town), actor=town.olga)
    with pytest.raises(InvalidInput):
        review.send_back(version=version, comments="?", by_aspect=by_aspect, actor=town.rita)
    version.refresh_from_db()
    assert (version.status, version.comments.count()) == ("inner_review", 0)


def test_a_draft_is_not_commented(town: Town) -> None:
    with pytest.raises(MoveRefused):
        review.comment(version=draft(town), aspect="know", words="x", actor=town.rita)


def test_two_working_days_then_a_reminder_then_the_centre(
    town: Town, moment: time_machine.Traveller
) -> None:
    version = review.submit(version=draft(town), actor=town.olga)
    assert [step.due_at for step in DueStep.objects.order_by("due_at")] == [
        datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI),
        datetime(2026, 12, 3, 9, 0, tzinfo=SHANGHAI),
    ]

    moment.move_to(datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI))
    due_steps.act_on_due()
    assert steps(version) == [("review_waits", "open"), ("review_overdue", "waiting")]

    moment.move_to(datetime(2026, 12, 3, 9, 0, tzinfo=SHANGHAI))
    due_steps.act_on_due()
    assert steps(version) == [("review_waits", "skipped"), ("review_overdue", "open")]

    review.pass_inner_review(version=version, actor=town.rita)
    assert steps(version) == [
        ("review_waits", "skipped"),
        ("review_overdue", "skipped"),
        ("review_waits", "waiting"),
        ("review_overdue", "waiting"),
    ]


def test_figures_come_from_what_happened(
    town: Town, rosa: User, moment: time_machine.Traveller
) -> None:
    version = review.submit(version=draft(town), actor=town.olga)
    moment.shift(timedelta(hours=2))
    review.send_back(version=version, comments="?", actor=town.rita)
    version = review.submit(version=version, actor=town.olga)
    moment.shift(timedelta(hours=4))
    review.pass_inner_review(version=version, actor=town.rita)
    moment.shift(timedelta(hours=3))
    review.approve(version=version, actor=rosa)

    end = FRIDAY + timedelta(days=1)
    found = review_figures.review_figures(town.olga, FRIDAY, end)

    assert (found.approved, found.returned, found.return_rate) == (1, 1, 0.5)
    assert found.median_time == {
        "inner_review": timedelta(hours=2),
        "recheck": timedelta(hours=3),
    }
    # Approved at seven in the evening: after five nobody works.
    assert found.median_working_hours == {"inner_review": 3.0, "recheck": 1.0}
    nobody = review_figures.review_figures(town.alice, FRIDAY, end)
    assert (nobody.decided, nobody.return_rate, nobody.median_time) == (0, None, {})


def test_what_changed_is_shown_line_by_line(town: Town) -> None:
    new = draft(town)
    assert review_figures.previous(new) == town.version
    assert [(c.field, c.lines) for c in review_figures.changes(town.version, new)] == [
        ("name_zh", (("-", "密码重置"), ("+", "重置密码"))),
        ("prepare_zh", ((" ", "本人身份证"), ("+", "银行卡"))),
    ]


def test_and_word_by_word(town: Town) -> None:
    change = review_figures.changes(town.version, draft(town))[1]
    assert change.pieces == (Piece(Kind.SAME, "本人身份证"), Piece(Kind.ADDED, "\n银行卡"))


@given(st.text(), st.text())
def test_the_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    found = list(review_figures.pieces(before, after))
    assert "".join(p.text for p in found if p.kind != Kind.ADDED) == before
    assert "".join(p.text for p in found if p.kind != Kind.REMOVED) == after


def test_working_hours_leave_out_nights_weekends_and_holidays() -> None:
    working = WorkingTime(date(2026, 9, 20), date(2026, 10, 12))

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 9, day, hour, minute, tzinfo=SHANGHAI)

    assert working.hours(at(21, 10), at(21, 12, 30)) == 2.5
    assert working.hours(at(21, 16), at(22, 10)) == 2.0
    assert working.hours(at(21, 3), at(21, 8)) == 0.0
    # Mid-Autumn from the 25th to the 27th; Sunday the 20th makes up for a day in October.
    assert working.hours(at(24, 16), at(28, 10)) == 2.0
    assert working.hours(at(20, 0), at(21, 0)) == 8.0


def test_no_promise_is_left_unspoken(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    untold = ["visit:1", "visit:2"]
    told: list[ServiceVersion] = []
    monkeypatch.setattr(review, "_sources", {})
    review.register_promises(
        lambda version: untold if version == town.version else [], tell=told.append
    )

    with pytest.raises(PromisesStand) as refused:
        review.retire(version=town.version, why="new rules", actor=town.rita)
    assert refused.value.data == {"subjects": ["visit:1", "visit:2"]}
    town.version.refresh_from_db()
    assert town.version.status == "approved"

    assert told == []
    retired = review.retire(version=town.version, why="new rules", tell=True, actor=town.rita)
    assert (retired.status, told) == ("retired", [retired])
    assert town.version.events.get().reason == "new rules"


def test_retiring_needs_a_reason_and_a_reviewer(town: Town) -> None:
    with pytest.raises(InvalidInput):
        review.retire(version=town.version, why=" ", actor=town.rita)
    with pytest.raises(NotAllowed):
        review.retire(version=town.version, why="x", actor=town.martha)
