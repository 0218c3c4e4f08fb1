"""Places without asking anybody outside; another geocoder is one setting away."""

import pytest
from django.conf import settings

from eldercare import geocoding
from eldercare.geocoding import DistrictGeocoder, Place


class Everywhere:
    """Finds everything in one place."""

    def find(self, address: str) -> Place | None:
        """Always here."""
        return Place(1.0, 2.0) if address else None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("西安市新城区长乐西路99号", Place(34.27, 108.96, exact=False)),
        ("咸阳市秦都区人民路", Place(34.33, 108.71, exact=False)),
        # The district that is named first is the one of the address.
        ("雁塔区碑林区路口", Place(34.22, 108.95, exact=False)),
        ("幸福小区3号楼", None),
        ("", None),
    ],
)
def test_districts_are_known(address: str, place: Place | None) -> None:
    assert DistrictGeocoder().find(address) == place


def test_the_default_is_used_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(geocoding.geocoder(), DistrictGeocoder)
    name = "tests.eldercare.test_geocoding.Everywhere"
    monkeypatch.setattr(settings, "NUANBAN_GEOCODER", name, raising=False)
    assert geocoding.geocoder().find("x") == Place(1.0, 2.0)


def test_every_area_can_be_found() -> None:
    assert len(geocoding.areas()) == 15
    assert all(DistrictGeocoder().find(area) for area in geocoding.areas())
