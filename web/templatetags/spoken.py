"""Days and hours as one says them: ``Tomorrow, Thursday, 26 November``, ``in the morning, …``."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation import clock

register = template.Library()


@register.filter
def spoken_day(moment: date | datetime) -> str:
    """The day, by its nearness when it is near, its weekday and its date."""
    day = _day(moment)
    # Translators: a format for Django's date filter, such as “l, j F”.
    dated = date_format(day, pgettext("date format", "l, j F"))
    near = _nearness(day - clock.today())
    return _("%(near)s, %(date)s") % {"near": near, "date": dated} if near else dated


@register.simple_tag
def spoken_hours(start: datetime, end: datetime) -> str:
    """From when until when, with the part of the day said first."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    hours = {
        "from": f"{first.hour}:{first.minute:02d}",
        "until": f"{last.hour}:{last.minute:02d}",
    }
    if first.hour < 12:
        return _("in the morning, %(from)s to %(until)s") % hours
    if first.hour == 12:
        return _("at noon, %(from)s to %(until)s") % hours
    return _("in the afternoon, %(from)s to %(until)s") % hours


@register.filter
def spoken_time(moment: datetime) -> str:
    """The time of day, with its part said first."""
    local = timezone.localtime(moment)
    time = {"time": f"{local.hour}:{local.minute:02d}"}
    if local.hour < 12:
        return _("%(time)s in the morning") % time
    if local.hour == 12:
        return _("%(time)s at noon") % time
    return _("%(time)s in the afternoon") % time


@register.simple_tag
def spoken_when(start: datetime, end: datetime) -> str:
    """The day and the hours in one phrase."""
    return _("%(day)s, %(hours)s") % {
        "day": spoken_day(start),
        "hours": spoken_hours(start, end),
    }


@register.simple_tag
def spoken_moment(start: datetime) -> str:
    """The day and the time of day in one phrase."""
    return _("%(day)s, %(hours)s") % {"day": spoken_day(start), "hours": spoken_time(start)}


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _nearness(ahead: timedelta) -> str:
    if ahead.days == 0:
        return _("Today")
    if ahead.days == 1:
        return _("Tomorrow")
    if ahead.days == 2:
        return _("The day after tomorrow")
    return ""
