"""Whose people may come: the customer's own branch first, then the neighbours within reach."""

from collections.abc import Iterable

from django.conf import settings

from branches.models import Branch
from foundation.geography import Place, kilometres


def serving_branches(own: Branch, door: Place) -> list[Branch]:
    """The own branch, then its region's nearest ones (``NUANBAN_NEIGHBOURS``) that reach the door.

    Distances are straight lines; whether a team can be there in time is for the proof to say.
    """
    others = Branch.objects.filter(region=own.region_id, is_active=True).exclude(pk=own.pk)
    return nearest_first(own, door, others)


def nearest_first(own: Branch, door: Place, region: Iterable[Branch]) -> list[Branch]:
    """The same among the branches of the region as somebody has read them already."""
    reach = settings.NUANBAN_TRAVEL["reach_km"]
    near = sorted(
        (kilometres((branch.latitude, branch.longitude), door), branch.pk, branch)
        for branch in region
        if branch.pk != own.pk
    )
    within = [branch for km, _pk, branch in near if km <= reach]
    return [own, *within[: settings.NUANBAN_NEIGHBOURS]]
