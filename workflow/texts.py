"""Texts as data: versioned, in both languages, with the names of what they are filled with.

Each room keeps its own ``texts.yaml`` and registers it when it is ready. The file says, for each
kind of subject, the facts that a text may name, each with the longest that practice has seen: the
samples are the preview, and no text with them may take more parts than it says. A file that breaks
a rule is refused at the start, so that nobody ever gets a message with a hole in it.

A version is never changed once it has been sent: a new one is added, and a message says from which
it was made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from workflow.sms_parts import sms_parts

LANGUAGES = ("zh-hans", "en")
NAME = re.compile(r"%\((\w+)\)s")
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:cn|com|ly|me)\b", re.IGNORECASE)
# What opens a door or an account: never shown to whoever only looks at a message.
SECRET = frozenset({"staff_code", "customer_code", "code"})
HIDDEN = "••••"
# Around any other text, when it goes to the phone of somebody's family.
TO_FAMILY = "to_family"

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Template:
    """One version of one text."""

    code: str
    version: int
    about: str
    words: Mapping[str, str]
    max_parts: int
    samples: Mapping[str, Mapping[str, str]]

    def fill(self, facts: Facts, language: str) -> str:
        """The text with its facts.

        Raises:
            ValueError: a fact that the text names is missing.
        """
        missing = self.names(language) - set(facts)
        if missing:
            raise ValueError(f"{self.code} v{self.version} lacks {sorted(missing)}")
        return self.words[language] % facts

    def names(self, language: str) -> set[str]:
        """The facts that the text names."""
        return set(NAME.findall(self.words[language]))

    def sample(self, language: str) -> str:
        """The text at its longest."""
        return self.fill({name: self.samples[name][language] for name in self.samples}, language)


@dataclass(frozen=True)
class Text:
    """A filled template: what is sent, and what it was made from."""

    template: str
    version: int
    language: str
    facts: Facts
    body: str

    def to_family(self, called: str) -> "Text":
        """The same for a family member's phone: it says first whom it is about."""
        around = current(TO_FAMILY)
        facts = {**self.facts, "for": called}
        body = around.fill({"name": called, "text": self.body}, self.language)
        return Text(self.template, self.version, self.language, facts, body)


_texts: Final[dict[str, dict[int, Template]]] = {}


def register_file(path: Path) -> None:
    """Take in a room's texts; called when the app is ready.

    Raises:
        ImproperlyConfigured: with all that is wrong in the file.
    """
    found, wrong = read_texts(yaml.safe_load(path.read_text(encoding="utf-8")))
    if wrong:
        raise ImproperlyConfigured(f"{path.parent.name}/{path.name}: " + "; ".join(wrong))
    _texts.update(found)


def compose(code: str, facts: Facts) -> Text:
    """The current version of a text, filled, in the language in force.

    Raises:
        KeyError: nobody has registered such a text.
        ValueError: a fact is missing.
    """
    template, language = current(code), language_in_force()
    used = {name: str(facts[name]) for name in template.names(language) if name in facts}
    return Text(code, template.version, language, used, template.fill(used, language))


def current(code: str) -> Template:
    """The version of a text that is sent today."""
    versions = _texts[code]
    return versions[max(versions)]


def version_of(code: str, version: int) -> Template | None:
    """One version of a text; None when it has been taken out of the file."""
    return _texts.get(code, {}).get(version)


def all_templates() -> list[Template]:
    """The texts that are sent today, by their code."""
    return [current(code) for code in sorted(_texts)]


def all_versions() -> list[Template]:
    """Each version of each text, the oldest first."""
    return [_texts[code][number] for code in sorted(_texts) for number in sorted(_texts[code])]


def hide_secrets(code: str, version: int, language: str, facts: Facts) -> str | None:
    """A text as it was sent, without what opens a door; None when its template is gone."""
    template = version_of(code, version)
    if template is None or language not in template.words:
        return None
    shown = {name: HIDDEN if name in SECRET else value for name, value in facts.items()}
    if template.names(language) - set(shown):
        return None
    text = Text(code, version, language, shown, template.fill(shown, language))
    return text.to_family(shown["for"]).body if "for" in shown else text.body


def language_in_force() -> str:
    """The language of the texts that is nearest to the one in force."""
    chosen = translation.get_language() or settings.LANGUAGE_CODE
    return chosen if chosen in LANGUAGES else LANGUAGES[chosen.startswith("en")]


def read_texts(given: Any) -> tuple[dict[str, dict[int, Template]], list[str]]:
    """The templates of a file, and in words what is wrong with it."""
    known: dict[str, dict[str, dict[str, str]]] = given["facts"]
    found: dict[str, dict[int, Template]] = {}
    wrong: list[str] = []
    for code, entry in given["texts"].items():
        samples = known.get(entry["about"])
        if samples is None:
            wrong.append(f"{code} is about {entry['about']}, which has no facts")
            continue
        for number, words in entry["versions"].items():
            parts = words.pop("parts")
            template = Template(code, int(number), entry["about"], words, parts, samples)
            found.setdefault(code, {})[template.version] = template
            wrong.extend(_faults(template))
    return found, wrong


def _faults(template: Template) -> list[str]:
    """What is wrong with one version, in words."""
    here = f"{template.code} v{template.version}"
    if set(template.words) != set(LANGUAGES):
        return [f"{here} is not in {' and '.join(LANGUAGES)}"]
    wrong = []
    for language, words in template.words.items():
        unknown = template.names(language) - set(template.samples)
        if unknown:
            wrong.append(f"{here} ({language}) names the unknown {sorted(unknown)}")
        elif "%" in NAME.sub("", words):
            wrong.append(f"{here} ({language}) has a % that names nothing")
        elif LINK.search(words):
            wrong.append(f"{here} ({language}) holds a link")
        elif (parts := sms_parts(template.sample(language))) > template.max_parts:
            wrong.append(f"{here} ({language}) takes {parts} parts, not {template.max_parts}")
    if template.names(LANGUAGES[0]) != template.names(LANGUAGES[1]):
        wrong.append(f"{here} says different facts in its languages")
    return wrong
