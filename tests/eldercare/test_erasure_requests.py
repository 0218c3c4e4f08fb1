"""Being forgotten takes two: the branch asks on the customer's word, the region lets it happen."""

import pytest
from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from accounts.roles import Role
from eldercare import erasure
from eldercare.models import Customer, ErasureRequest
from eldercare.privacy import StillPromised
from eldercare.review import SameReviewer
from eldercare.states import ErasureStatus
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.appointments.test_booking import book
from tests.make import Town, at, make_customer, make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town()


def ask(town: Town, customer: Customer | None = None) -> ErasureRequest:
    return erasure.ask(customer=customer or town.grandmother, why="她不想再来了", actor=town.martha)


def test_two_people_and_nothing_before_the_second(town: Town) -> None:
    request = ask(town)
    assert Customer.objects.get(pk=town.grandmother.pk).name == "李桂兰"
    erasure.allow(request=request, actor=town.olga)
    row = Customer.objects.get(pk=town.grandmother.pk)
    assert (row.name, row.phone, row.address) == (f"#{row.pk}", "", "")
    request.refresh_from_db()
    assert (request.status, request.decided_by, request.why) == ("done", town.olga, "***")
    with pytest.raises(MoveRefused):
        erasure.allow(request=request, actor=town.olga)


def test_who_may_ask_and_who_decide(town: Town) -> None:
    for user in (town.alice, town.olga, town.rita):
        with pytest.raises(NotAllowed):
            erasure.ask(customer=town.grandmother, why="x", actor=user)
    request = ask(town)
    for user in (town.alice, town.martha, town.rita):
        with pytest.raises(NotAllowed):
            erasure.allow(request=request, actor=user)
    own = erasure.ask(customer=make_customer(town.branch), why="x", actor=town.admin)
    with pytest.raises(SameReviewer):
        erasure.allow(request=own, actor=town.admin)
    assert set(ErasureRequest.objects.values_list("status", flat=True)) == {"asked"}
    scoped = erasure.requests_in_scope
    assert list(scoped(town.zoe, Permission.ERASE_CUSTOMER)) == []
    assert set(scoped(town.olga, Permission.ERASE_CUSTOMER)) == {request, own}


def test_the_database_holds_the_four_eyes(town: Town) -> None:
    request = ask(town)
    with pytest.raises(IntegrityError, match="erasure_four_eyes"), transaction.atomic():
        ErasureRequest.objects.filter(pk=request.pk).update(
            status=ErasureStatus.DONE, decided_by=town.martha
        )


def test_a_promise_comes_first_and_the_request_goes_on_waiting(town: Town) -> None:
    request = ask(town)
    book(town, at(10))
    with pytest.raises(StillPromised):
        erasure.allow(request=request, actor=town.olga)
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("asked", None)
    assert Customer.objects.get(pk=town.grandmother.pk).name == "李桂兰"


def test_asked_once_refused_with_a_reason_and_asked_again(town: Town) -> None:
    request = ask(town)
    with pytest.raises(MoveRefused):
        ask(town)
    with pytest.raises(InvalidInput):
        erasure.refuse(request=request, words=" ", actor=town.olga)
    refused = erasure.refuse(request=request, words="有未了结的投诉", actor=town.olga)
    assert (refused.status, refused.words) == ("refused", "有未了结的投诉")
    assert ask(town).status == "asked"
    assert Role.OFFICER in Permission.ERASE_CUSTOMER.roles
