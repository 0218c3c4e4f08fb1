"""The yardstick of ``booking``: PyPI's django-appointment, asked for the slots of 16 people.

Run by itself, with its own settings and a database in memory, which spares it every journey to a
server. Prints one JSON object with the median of its milliseconds.
"""

import json
import random
import statistics
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

PEOPLE = 16
DAYS = 14
QUESTIONS = 7
VISIT = timedelta(minutes=72)
OPENS, CLOSES = 9, 17


def configure() -> None:
    """Django with the yardstick in it and nothing else."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "phonenumber_field",
            "appointment",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="yardstick",
        ROOT_URLCONF="benchmarks._django_appointment",
        LANGUAGE_CODE="en",
    )
    django.setup()


def fill(full: float) -> tuple[list[Any], Any, list[date]]:
    """The same people and days, as full as ours."""
    from appointment.models import AppointmentRequest, Service, StaffMember, WorkingHours
    from django.contrib.auth.models import User

    chance = random.Random(1)
    service = Service.objects.create(name="visit", duration=VISIT, price=0)
    today = date.today()  # noqa: DTZ011  # a day is a day here
    days = [today + timedelta(days=n) for n in range(1, DAYS + 1)]
    people = []
    for number in range(PEOPLE):
        user = User.objects.create(username=f"staff{number}")
        person = StaffMember.objects.create(user=user, slot_duration=60)
        person.services_offered.add(service)
        people.append(person)
        for weekday in range(1, 6):
            WorkingHours.objects.create(
                staff_member=person,
                day_of_week=weekday,
                start_time=f"{OPENS:02d}:00",
                end_time=f"{CLOSES:02d}:00",
            )
        for day in days:
            for start in starts(day, full, chance):
                AppointmentRequest.objects.create(
                    date=day,
                    start_time=start.time(),
                    end_time=(start + VISIT).time(),
                    service=service,
                    staff_member=person,
                )
    book_all()
    return people, service, days


def book_all() -> None:
    """Every request is an appointment."""
    from appointment.models import Appointment, AppointmentRequest
    from django.contrib.auth.models import User

    client = User.objects.create(username="client")
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=request, phone="+8613800000001")
        for request in AppointmentRequest.objects.all()
    )


def starts(day: date, full: float, chance: random.Random) -> list[datetime]:
    """Starts of visits that fill the share of a working day."""
    length = timedelta(hours=CLOSES - OPENS)
    count = round(length * full / VISIT)
    free = length - count * VISIT
    cuts = sorted(chance.random() for _n in range(count))
    opens = datetime(day.year, day.month, day.day, OPENS)  # noqa: DTZ001
    return [opens + n * VISIT + free * cut for n, cut in enumerate(cuts)]


def main() -> None:
    """Ask seven times for all slots of all people and days."""
    configure()
    from appointment.services import get_available_slots_for_staff
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    people, service, days = fill(float(sys.argv[1]))
    taken = []
    for _n in range(QUESTIONS):
        started = time.perf_counter()
        for day in days:
            for person in people:
                get_available_slots_for_staff(day, person, day.isoweekday() % 7, service)
        taken.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"ms": round(statistics.median(taken), 1)}))


urlpatterns: list[Any] = []

if __name__ == "__main__":
    main()
