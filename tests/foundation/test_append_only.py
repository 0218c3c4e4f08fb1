"""Every table of events refuses UPDATE and DELETE in the database itself."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from appointments.models import VisitEvent
from branches import faults
from branches.models import Facility, FaultEvent
from eldercare import reveals
from foundation.models import Event
from tests.make import make_town

pytestmark = pytest.mark.django_db

LEDGERS = {"branches_stockmovement", "eldercare_reveal"}


def guarded_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = 'append_only' AND t.tgenabled = 'O'"
        )
        return {name for (name,) in cursor.fetchall()}


def test_every_event_table_is_guarded() -> None:
    events = {model._meta.db_table for model in apps.get_models() if issubclass(model, Event)}
    assert VisitEvent._meta.db_table in events
    assert events | LEDGERS <= guarded_tables()


@pytest.fixture
def event() -> FaultEvent:
    town = make_town()
    facility = Facility.objects.filter(branch=town.branch)[0]
    reveals.reveal_phone(customer=town.grandmother, why="visit", actor=town.alice)
    return faults.report_fault(facility=facility, words="broken", actor=town.alice).events.get()


@pytest.mark.parametrize("table", ["branches_faultevent", "eldercare_reveal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_database_refuses(event: FaultEvent, table: str, verb: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        before = cursor.fetchall()
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            cursor.execute(verb.format(table))
        cursor.execute(f"SELECT t::text FROM {table} t")
        assert cursor.fetchall() == before


def test_saving_an_event_again_is_refused_before_the_database_is_asked(event: FaultEvent) -> None:
    event.reason = "another story"
    with pytest.raises(TypeError, match="append-only"):
        event.save()
    assert FaultEvent.objects.get(pk=event.pk).reason == "broken"


def test_lawful_erasure_is_possible_within_its_own_transaction(event: FaultEvent) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('nuanban.erasure', 'on', true)")
        FaultEvent.objects.filter(pk=event.pk).update(reason="erased")
        cursor.execute("SELECT set_config('nuanban.erasure', 'off', true)")
    assert FaultEvent.objects.get(pk=event.pk).reason == "erased"
