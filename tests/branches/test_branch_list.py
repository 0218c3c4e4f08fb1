"""The numbers of a branch list are right, scoped, and do not multiply each other."""

from typing import Any

import pytest

from accounts.roles import Role
from branches.faults import report_fault
from branches.models.facility import FacilityState
from branches.queries import branch_list, faults_of, kits_left, lacking_types
from tests.make import make_branch, make_region, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_counts_facilities_faults_and_people() -> None:
    region = make_region()
    branch = make_branch(region)
    make_staff(branch, 3)
    olga = make_user(Role.OFFICER, region=region)
    broken = branch.facilities.get(type__code="wheelchair")
    report_fault(facility=broken, words="flat tyre", actor=olga)
    branch.facilities.filter(type__code="magnifier").delete()

    row: Any = branch_list(olga).get()
    numbers = (row.staff_count, row.fit_count, row.lacking_count, row.fault_count)
    assert numbers == (3, 6, 2, 1)
    assert {kind.code for kind in lacking_types(branch)} == {"wheelchair", "magnifier"}
    assert [fault.words for fault in faults_of(olga, branch)] == ["flat tyre"]


def test_ordinary_branch_lacks_only_what_every_branch_promises() -> None:
    region = make_region()
    branch = make_branch(region, kind="ordinary")
    branch.facilities.update(state=FacilityState.MISSING)

    row: Any = branch_list(make_user(Role.OFFICER, region=region)).get()
    assert row.lacking_count == lacking_types(branch).count() == 4


def test_another_region_is_not_there() -> None:
    make_branch()
    assert not branch_list(make_user(Role.OFFICER, region=make_region())).exists()


def test_one_query_however_many_branches(django_assert_num_queries: Any) -> None:
    region = make_region()
    for _ in range(3):
        make_branch(region)
    olga = make_user(Role.OFFICER, region=region)
    with django_assert_num_queries(1):
        assert len(branch_list(olga)) == 3


def test_kits_left_is_not_for_reviewers() -> None:
    branch = make_branch()
    assert kits_left(make_user(branches=[branch]), branch) == 40
    assert kits_left(make_user(Role.REVIEWER, region=branch.region), branch) is None
