"""From an address to a place on the map: a port, and a default that never leaves the house.

``NUANBAN_GEOCODER`` names a class. Addresses are personal data, so that the default asks no map
service: it knows the districts in which the branches are, to a kilometre or two. A bank plugs its
own in-house service in here.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

DEFAULT: Final = "eldercare.geocoding.DistrictGeocoder"


@dataclass(frozen=True)
class Place:
    """Degrees; ``exact`` says whether it is the door or only the neighbourhood."""

    latitude: float
    longitude: float
    exact: bool = True


class Geocoder(Protocol):
    """What can find an address. It answers None rather than guess."""

    def find(self, address: str) -> Place | None:
        """Where this address is, if it is known."""


# Centres of districts, rounded to a hundredth of a degree (about a kilometre).
DISTRICTS: Final = {
    "新城区": (34.27, 108.96),
    "碑林区": (34.26, 108.94),
    "莲湖区": (34.27, 108.94),
    "灞桥区": (34.27, 109.06),
    "未央区": (34.29, 108.95),
    "雁塔区": (34.22, 108.95),
    "长安区": (34.16, 108.91),
    "高新区": (34.23, 108.89),
    "临潼区": (34.37, 109.21),
    "阎良区": (34.66, 109.23),
    "秦都区": (34.33, 108.71),
    "渭城区": (34.36, 108.74),
    "金台区": (34.38, 107.15),
    "渭滨区": (34.36, 107.16),
    "榆阳区": (38.28, 109.72),
}


class DistrictGeocoder:
    """Knows districts by name, and nothing finer."""

    def find(self, address: str) -> Place | None:
        """The centre of the first district that the address names."""
        named = [(address.index(name), name) for name in DISTRICTS if name in address]
        if not named:
            return None
        latitude, longitude = DISTRICTS[min(named)[1]]
        return Place(latitude, longitude, exact=False)


def geocoder() -> Geocoder:
    """The geocoder that this installation uses."""
    found: Geocoder = import_string(getattr(settings, "NUANBAN_GEOCODER", DEFAULT))()
    return found


def areas() -> list[str]:
    """The neighbourhoods that can be tapped instead of typed."""
    return sorted(DISTRICTS)
