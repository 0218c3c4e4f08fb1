"""Hours in which people work: what lies over a weekend has not been dawdled over."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from branches.calendar import national_day
from branches.models import CalendarDay

# The region's office hours; branches have their own.
BEGINS: Final = time(9, 0)
ENDS: Final = time(17, 0)


class WorkingTime:
    """Working hours over a span, its days read once."""

    def __init__(self, first: date, last: date) -> None:
        self._exceptions = dict(
            CalendarDay.objects.filter(branch__isnull=True, day__range=(first, last)).values_list(
                "day", "is_working"
            )
        )

    def hours(self, start: datetime, end: datetime) -> float:
        """Hours between two moments that lie in office hours of working days."""
        start, end = timezone.localtime(start), timezone.localtime(end)
        seconds = 0.0
        day = start.date()
        while day <= end.date():
            if self._is_working(day):
                opens = timezone.make_aware(datetime.combine(day, BEGINS))
                closes = timezone.make_aware(datetime.combine(day, ENDS))
                seconds += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
            day += timedelta(days=1)
        return seconds / 3600

    def _is_working(self, day: date) -> bool:
        return self._exceptions[day] if day in self._exceptions else national_day(day)[0]
