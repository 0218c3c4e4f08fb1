"""The region's figures for whoever asks again and again: at most a minute old, and they say so."""

from datetime import date, timedelta
from typing import Final

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.models import User
from audits.region_figures import RegionFigures, region_figures
from foundation import clock
from foundation.errors import InvalidInput

AT_MOST_OLD: Final = timedelta(seconds=60)
AT_MOST_DAYS: Final = 366


def fresh_figures(user: User, first: date | None, last: date | None) -> RegionFigures:
    """The figures from ``first`` to ``last``, both included; of this month, if nobody says.

    Only numbers, codes and names of branches are kept, apart for each role and region. Without the
    cache they are reckoned anew.

    Raises:
        InvalidInput: the days lie the wrong way round, or more than a year apart.
    """
    until = last or clock.today()
    since = first or until.replace(day=1)
    if since > until or (until - since).days >= AT_MOST_DAYS:
        raise InvalidInput(_("Please choose at most a year, the earlier day first."))
    key = f"figures:{user.role}:{user.region_id}:{since}:{until}:{get_language()}"
    try:
        kept: RegionFigures | None = cache.get(key)
        if kept is not None and clock.now() - kept.as_of < AT_MOST_OLD:
            return kept
        found = region_figures(user, since, until)
        cache.set(key, found, int(AT_MOST_OLD.total_seconds()))
    except RedisError:
        return region_figures(user, since, until)
    return found
