"""The rest of the catalogue: through two reviews, and nothing at home that has no place there."""

import pytest

from accounts.roles import Role
from demo import services
from eldercare import queries
from eldercare.models import ServiceVersion
from tests.make import make_region, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_is_let_through_by_two_and_only_once() -> None:
    region = make_region()
    author = make_user(Role.OFFICER, region=region)
    inner, centre = (make_user(Role.REVIEWER, region=region) for _ in range(2))
    versions = services.more_services(author, inner, centre)
    assert [version.service.code for version in versions] == list(services.MORE)
    assert {(v.status, v.inner_reviewer, v.rechecker) for v in versions} == {
        ("approved", inner, centre)
    }
    assert services.more_services(author, inner, centre) == []
    assert ServiceVersion.objects.count() == len(services.MORE)


def test_what_moves_cash_or_sells_stays_in_the_branch() -> None:
    region = make_region()
    reviewers = [make_user(Role.REVIEWER, region=region) for _ in range(2)]
    services.more_services(make_user(Role.OFFICER, region=region), *reviewers)
    at_home = {version.service.code for version in queries.services_at_home()}
    assert at_home == {
        *("card-replacement", "identity-update", "dormant-account", "authorisation", "large-sum")
    }
