"""What nobody's deed brings about: gaps on the floor, and dates that came in by the sheet.

Run again, it asks nothing twice: each step has a key. Once an hour is enough.
"""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from branches import timetable
from branches.cover import Gap, cover_gaps
from branches.models import Branch, Facility, Staff, StockBatch, Training
from foundation import clock
from workflow import due_steps

DAYS_AHEAD: Final = 7
# What expires later is laid out when its time comes nearer.
HORIZON: Final = timedelta(days=max(timetable.DAYS_AHEAD) + 1)
CHUNK: Final = 200


def lay_out_missing() -> None:
    """The due steps of everything that expires soon; those that exist stay as they are."""
    soon = (clock.today(), clock.today() + HORIZON)
    for facility in Facility.objects.filter(expires_on__range=soon).select_related("branch"):
        timetable.lay_out_facility(facility)
    batches = StockBatch.objects.on_the_shelf().filter(expires_on__range=soon)
    for batch in batches.select_related("branch"):
        timetable.lay_out_batch(batch)
    people = Staff.objects.active().filter(badge_valid_until__range=soon)
    for person in people.select_related("branch"):
        timetable.lay_out_badge(person)
    trainings = Training.objects.filter(expires_on__range=soon, staff__is_active=True)
    for training in trainings.select_related("staff__branch"):
        timetable.lay_out_training(training)


def ask_about_gaps() -> int:
    """Ask each branch about its gaps of the coming week, one step for each day; how many gaps."""
    first = clock.today() + timedelta(days=1)
    last = first + timedelta(days=DAYS_AHEAD - 1)
    branches = list(Branch.objects.filter(is_active=True))
    found = 0
    for start in range(0, len(branches), CHUNK):
        gaps = cover_gaps(branches[start : start + CHUNK], first, last)
        for gap in gaps:
            _ask(gap)
        found += len(gaps)
    return found


def _ask(gap: Gap) -> None:
    start, end = timezone.localtime(gap.start), timezone.localtime(gap.end)
    due_steps.ask_a_person(
        key=f"cover_gap:{gap.branch.code}:{start:%Y-%m-%d}",
        kind="cover_gap",
        subject=f"branch:{gap.branch.code}",
        branch_code=gap.branch.code,
        outcome=f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}: {gap.on_floor} on the floor",
    )
