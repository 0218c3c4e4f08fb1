"""What is held on a customer is handed out, needed while somebody comes, and blanked for good."""

import pytest

from appointments import held
from appointments.asking import Asker, ConsentMissing
from appointments.booking import book_visit, cancel_visit
from appointments.models import HomeVisit
from appointments.models.home_visit import AskedBy
from branches.models import Commitment
from eldercare import privacy
from eldercare.models import Consent
from tests import make
from tests.make import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book_visit(
        customer=town.grandmother,
        version=town.version,
        window_start=make.at(10),
        key="key",
        asker=make.by_customer(),
    )


def test_a_visit_is_handed_out_and_needed(town: Town, visit: HomeVisit) -> None:
    [told] = held.held_on(town.grandmother)["visits"]
    assert told["id"] == str(visit.public_id)
    assert held.is_needed(town.grandmother)
    assert held.last_seen(town.grandmother) == visit.starts_at
    assert held.promises_of(town.version) == [visit.subject]


def test_nobody_is_erased_while_somebody_comes(town: Town, visit: HomeVisit) -> None:
    with pytest.raises(privacy.StillPromised):
        privacy.erase_customer(customer=town.grandmother, why="asked for it")
    visit.refresh_from_db()
    assert visit.customer_code != ""


def test_erasure_forgets_the_door_and_keeps_the_moves(town: Town, visit: HomeVisit) -> None:
    cancel_visit(visit=visit, reason="my hip hurts", asker=make.by_customer())
    privacy.erase_customer(customer=town.grandmother, why="asked for it")
    visit.refresh_from_db()
    assert (visit.latitude, visit.longitude) == (town.branch.latitude, town.branch.longitude)
    assert (visit.words, visit.staff_code, visit.customer_code) == ("", "", "")
    assert [event.to_status for event in visit.events.all()] == ["approved", "cancelled"]
    assert {event.reason for event in visit.events.all()} == {""}
    doors = Commitment.objects.filter(team_member__visit=visit).values_list("latitude", flat=True)
    assert set(doors) == {None}


def test_a_consent_for_other_business_is_none_for_this(town: Town) -> None:
    daughter = make.make_daughter(town.grandmother)
    other = make.make_version(region=town.region)
    consent = Consent.objects.get(representative=daughter)
    consent.all_services = False
    consent.save()
    consent.services.set([other.service])
    with pytest.raises(ConsentMissing):
        book_visit(
            customer=town.grandmother,
            version=town.version,
            window_start=make.at(10),
            key="key",
            asker=Asker(AskedBy.FAMILY, representative=daughter),
        )
    assert not HomeVisit.objects.exists()
