"""Texts as data: complete, without holes, short, and never changed once they have been sent."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from appointments import notices
from tests.make import Town
from workflow import texts
from workflow.sms_parts import sms_parts
from workflow.texts import LANGUAGES, Template

SEEN = Path(__file__).with_name("texts_seen.json")
NAMES = [template.code for template in texts.all_templates()]
# What somebody could be cheated with: a visit at one's door, a code.
AT_THE_DOOR = ("visit_announced", "visit_reminder", "visit_on_the_way")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("您" * 70, 1),
        ("您" * 71, 2),
        ("您" * 134, 2),
        ("您" * 135, 3),
        ("a" * 69 + "您", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_networks_count_them(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@given(st.text(max_size=400), st.characters())
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert sms_parts(text + more) >= sms_parts(text)


def test_every_text_at_its_longest_keeps_to_its_parts() -> None:
    for template in texts.all_versions():
        for language in LANGUAGES:
            assert 1 <= sms_parts(template.sample(language)) <= template.max_parts <= 3


def test_no_text_has_a_link_and_who_could_be_impersonated_warns() -> None:
    for code in NAMES:
        for language in LANGUAGES:
            assert "http" not in texts.current(code).words[language]
    for code in AT_THE_DOOR:
        assert "绝不会要钱或银行卡密码" in texts.current(code).words["zh-hans"]
        assert "never ask for money or card passwords" in texts.current(code).words["en"]
    assert "绝不会向您要" in texts.current("sign_in_code").words["zh-hans"]


def test_a_text_that_was_sent_is_never_changed() -> None:
    """Changed words are a new version; a new version's mark is written into ``texts_seen.json``."""
    now = {
        f"{one.code} v{one.version}": hashlib.sha256(
            json.dumps(one.words, sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()[:16]
        for one in texts.all_versions()
    }
    seen = json.loads(SEEN.read_text())
    assert {name: seen.get(name) for name in now} == now


def file_with(words: dict[str, Any], facts: Any = None) -> dict[str, Any]:
    """A file of one text about a visit that has a time."""
    known = {"visit": {"when": {"zh-hans": "明天", "en": "tomorrow"}}} if facts is None else facts
    version = {"zh-hans": "%(when)s来", "en": "We come %(when)s", "parts": 1} | words
    return {"facts": known, "texts": {"t": {"about": "visit", "versions": {1: version}}}}


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({}, []),
        ({"en": "We come %(whn)s"}, ["t v1 (en) names the unknown ['whn']"]),
        ({"en": "100 % sure, %(when)s"}, ["t v1 (en) has a % that names nothing"]),
        ({"en": "We come"}, ["t v1 says different facts in its languages"]),
        ({"fr": "Nous venons"}, ["t v1 is not in zh-hans and en"]),
        ({"zh-hans": "%(when)s" + "来" * 70}, ["t v1 (zh-hans) takes 2 parts, not 1"]),
        ({"en": "%(when)s: dwz.cn/abc"}, ["t v1 (en) holds a link"]),
    ],
)
def test_a_file_with_a_hole_is_refused(words: dict[str, Any], wrong: list[str]) -> None:
    _found, said = texts.read_texts(file_with(words))
    assert said[: len(wrong)] == wrong
    assert bool(said) is bool(wrong)


def test_an_unknown_name_stops_the_start(tmp_path: Path) -> None:
    before = texts.all_templates()
    bad = tmp_path / "texts.yaml"
    bad.write_text(json.dumps(file_with({"zh-hans": "%(wann)s"})))
    with pytest.raises(ImproperlyConfigured, match=r"texts.yaml: t v1 \(zh-hans\).*wann"):
        texts.register_file(bad)
    assert texts.all_templates() == before


def test_a_fact_that_is_missing_is_said_by_name_and_nothing_is_sent() -> None:
    with pytest.raises(ValueError, match=r"visit_approved v1 lacks \['when'\]"):
        texts.compose("visit_approved", {"service": "x"})


@pytest.mark.parametrize(
    ("language", "body"),
    [("zh-hans", "【李奶奶】前一户"), ("en", "For 李奶奶: The visit before")],
)
def test_the_language_in_force_and_the_way_to_family(language: str, body: str) -> None:
    with translation.override(language):
        text = texts.compose("visit_running_late", {"team": "王、李", "phone": "95555"})
        assert text.to_family("李奶奶").body.startswith(body)
        assert text.to_family("李奶奶").facts["for"] == "李奶奶"


def test_what_opens_a_door_is_hidden_from_onlookers() -> None:
    facts = {name: words["en"] for name, words in texts.current("visit_announced").samples.items()}
    shown = texts.hide_secrets("visit_announced", 1, "en", facts | {"for": "Grandma"})
    assert shown is not None
    assert shown.startswith("For Grandma: Wednesday")
    assert shown.count(texts.HIDDEN) == 2
    assert facts["staff_code"] not in shown
    assert facts["customer_code"] not in shown
    assert texts.hide_secrets("visit_announced", 99, "en", facts) is None


@pytest.mark.django_db
def test_the_facts_that_we_fill_in_are_those_of_the_file(town: Town) -> None:
    from tests.appointments.test_booking import book

    filled = set(notices.visit_facts(book(town)))
    known: set[str] = set(texts.current("visit_booked").samples)
    assert known - filled == {"days", "times"}  # filled by the texts that are about several
    assert filled <= known


def test_samples_are_as_long_as_what_practice_brings() -> None:
    """The longest branch and address of the demonstration fit into their samples."""
    from demo import xian

    sample: Template = texts.current("escort_booked")
    assert len(sample.samples["branch"]["zh-hans"]) >= max(len(b.name_zh) for b in xian.BRANCHES)
    assert len(sample.samples["address"]["zh-hans"]) >= max(len(b.address) for b in xian.BRANCHES)
