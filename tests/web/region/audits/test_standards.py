"""The standard as everybody may read it."""

import pytest

from audits.publishing import publish
from tests.audits.make import bundled_document, bundled_standard
from tests.make import Town
from tests.web.region.conftest import Enter


@pytest.fixture
def two_versions(town: Town) -> None:
    document = bundled_document()
    publish(document=document, actor=None)
    second = bundled_document()
    second |= {"version": "2", "in_force": "2027-01-01"}
    second["deadlines"] = second["deadlines"] | {"critical": "3"}
    ramp = next(item for item in second["items"] if item["code"] == "A4")
    ramp["weight"] = "3"
    ramp["readings"][0]["at_least"] = "1.50"
    second["items"] = [item for item in second["items"] if item["code"] != "Q2"]
    publish(document=second, actor=None)


def test_versions_one_of_them_whole_and_what_has_changed(
    town: Town, two_versions: None, enter: Enter
) -> None:
    client = enter(town.alice)
    page = client.get("/region/audits/standards/").content.decode()
    # The second version is published and not in force yet.
    assert page.count("in force<") == 1
    assert page.index("version 2") < page.index("in force<")
    assert "72 items" in page
    assert "71 items" in page

    page = client.get("/region/audits/standards/elder-branch-1/").content.decode()
    standard = bundled_standard()
    assert [code for code in standard.by_code if f'id="{code}"' not in page] == []
    assert [s.code for s in standard.sections if f'id="section-{s.code}"' not in page] == []
    assert "at least 1.20 m" in page
    assert "GB 55019-2021" in page
    assert "law or mandatory standard" in page
    assert "not seen: verify before quoting" in page
    assert "What has changed" not in page

    page = client.get("/region/audits/standards/elder-branch-2/changes/").content.decode()
    assert "<del>clear width at least 1.20 m</del> → <ins>clear width at least 1.50 m</ins>" in page
    assert "<del>2</del> → <ins>3</ins>" in page
    assert "<del>5</del> → <ins>3</ins>" in page
    assert "dropped" in page
    first = client.get("/region/audits/standards/elder-branch-1/changes/").content.decode()
    assert "This is the first version" in first


@pytest.mark.parametrize(
    "label", ["elder-branch-9", "elder-branch", "x-1", "elder-branch-99999999"]
)
def test_no_such_version(town: Town, enter: Enter, label: str) -> None:
    assert enter(town.alice).get(f"/region/audits/standards/{label}/").status_code == 404


def test_before_anything_is_published(town: Town, enter: Enter) -> None:
    page = enter(town.olga).get("/region/audits/standards/").content.decode()
    assert "No standard has been published yet." in page
