"""The town under the small standard: X1, X2, Y1 (a must-have) and Y2, each a door's width."""

import pytest

from audits.models import StandardVersion
from audits.publishing import publish
from tests.audits.make import World, small_document
from tests.make import Town


@pytest.fixture
def version(town: Town) -> StandardVersion:
    return publish(document=small_document(code="elder-branch"), actor=None)


@pytest.fixture
def world(town: Town, version: StandardVersion) -> World:
    """The same people, as the makers of inspections want them."""
    return World(
        region=town.region,
        branch=town.branch,
        martha=town.martha,
        alice=town.alice,
        olga=town.olga,
        rita=town.rita,
        version=version,
    )
