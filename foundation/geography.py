"""Places on the earth, as (latitude, longitude) in degrees, and how far apart they are."""

import math

EARTH_KM = 6371.0088

Place = tuple[float, float]


def kilometres(a: Place, b: Place) -> float:
    """Great-circle distance of two places; haversine formula on the mean radius of the earth."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
