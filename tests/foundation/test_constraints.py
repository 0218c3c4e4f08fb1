"""The rules stand in the database: raw SQL that breaks one is refused by the constraint's name."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from branches.models import Commitment, RosterException
from tests.make import TODAY, Town, at, make_daughter, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = make_town()
    make_daughter(town.grandmother)
    RosterException.objects.create(staff=town.team[0], day=TODAY, reason="leave")
    return town


# Each line breaks one rule of one row that make_town() has made.
BROKEN = {
    "user_role_known": "UPDATE accounts_user SET role = 'king'",
    "user_region_role_has_region": "UPDATE accounts_user SET role = 'officer', region_id = NULL",
    "branch_kind_known": "UPDATE branches_branch SET kind = 'palace'",
    "branch_on_earth": "UPDATE branches_branch SET latitude = 91",
    "facility_state_known": "UPDATE branches_facility SET state = 'lovely'",
    "opens_before_closing": "UPDATE branches_openinghours SET closes = opens",
    "opening_weekday_iso": "UPDATE branches_openinghours SET weekday = 8",
    "shift_starts_first": "UPDATE branches_rostershift SET ends = starts",
    "shift_weekday_iso": "UPDATE branches_rostershift SET weekday = 0",
    "roster_exception_times_paired": "UPDATE branches_rosterexception SET starts = '09:00'",
    "staff_has_badge": "UPDATE branches_staff SET badge = '' WHERE badge LIKE '%-001'",
    "customer_contact_known": "UPDATE eldercare_customer SET contact_by = 'pigeon'",
    "customer_birth_year_sane": "UPDATE eldercare_customer SET birth_year = 1899",
    "customer_place_whole": "UPDATE eldercare_customer SET longitude = NULL",
    "representative_relation_known": "UPDATE eldercare_representative SET relation = 'friend'",
    "consent_given_known": "UPDATE eldercare_consent SET given = 'nodded'",
    "consent_period_in_order": "UPDATE eldercare_consent SET ends = starts - 1",
    "service_risk_known": "UPDATE eldercare_serviceversion SET risk = 'none'",
}


@pytest.mark.parametrize("rule", list(BROKEN))
def test_broken_rule_is_refused_by_name(town: Town, rule: str) -> None:
    with (
        pytest.raises(IntegrityError, match=rule),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(BROKEN[rule])


INSERT = (
    "INSERT INTO branches_commitment (staff_id, kind, span, made_at, hold_owner, hold_expires_at) "
    "VALUES (%s, %s, %s, now(), %s, %s)"
)


@pytest.mark.parametrize(
    ("rule", "kind", "span", "owner", "expires"),
    [
        ("commitment_no_overlap", "talk", "[2026-11-26 09:59+08, 2026-11-26 10:01+08)", "", None),
        ("commitment_kind_known", "nap", "[2026-11-27 10:00+08, 2026-11-27 11:00+08)", "", None),
        ("commitment_span_bounded", "talk", "[2026-11-27 10:00+08,)", "", None),
        ("commitment_span_bounded", "talk", "empty", "", None),
        (
            "commitment_hold_has_owner",
            "hold",
            "[2026-11-27 10:00+08, 2026-11-27 11:00+08)",
            "",
            None,
        ),
        (
            "commitment_hold_has_owner",
            "talk",
            "[2026-11-27 10:00+08, 2026-11-27 11:00+08)",
            "x",
            None,
        ),
    ],
)
def test_broken_commitment_is_refused_by_name(
    town: Town, rule: str, kind: str, span: str, owner: str, expires: str | None
) -> None:
    Commitment.objects.create(staff=town.team[0], kind="talk", span=(at(9), at(10)))
    with (
        pytest.raises(IntegrityError, match=rule),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(INSERT, [town.team[0].pk, kind, span, owner, expires])
    assert Commitment.objects.count() == 1


def test_every_constraint_of_ours_is_really_in_the_database() -> None:
    named = {
        constraint.name
        for model in apps.get_models()
        if not model.__module__.startswith("django.")
        for constraint in model._meta.constraints
        if not isinstance(constraint, models.UniqueConstraint)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE convalidated")
        assert named <= {name for (name,) in cursor.fetchall()}
