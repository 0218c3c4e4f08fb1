"""Settings come from the environment, and say loudly what is wrong with them."""

import os
from pathlib import Path
from typing import NoReturn

import yaml
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def _refuse(name: str, words: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name} {words}")


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text.

    Raises:
        ImproperlyConfigured: it is not set and has no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        _refuse(name, "must be set. See docs/operations.md for what it means.")
    return default


def env_bool(name: str, *, default: bool) -> bool:
    """Whether the variable says yes.

    Raises:
        ImproperlyConfigured: it says something that is neither yes nor no.
    """
    word = os.environ.get(name, "").strip().lower()
    if not word:
        return default
    if word not in TRUE_WORDS | FALSE_WORDS:
        _refuse(name, f"must be yes or no (1 or 0), not {word!r}.")
    return word in TRUE_WORDS


def env_int(name: str, *, default: int, at_least: int = 0) -> int:
    """The variable as a whole number.

    Raises:
        ImproperlyConfigured: it is no whole number, or too small.
    """
    word = os.environ.get(name, "").strip()
    if not word:
        return default
    if not word.isdecimal() or int(word) < at_least:
        _refuse(name, f"must be a whole number of at least {at_least}, not {word!r}.")
    return int(word)


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """The comma-separated words of the variable."""
    words = [word.strip() for word in os.environ.get(name, "").split(",")]
    return [word for word in words if word] or list(default)


def env_choice(name: str, choices: tuple[str, ...], *, default: str) -> str:
    """One of the named words.

    Raises:
        ImproperlyConfigured: it is none of them.
    """
    word = os.environ.get(name, "").strip() or default
    if word not in choices:
        _refuse(name, f"must be one of {', '.join(choices)}, not {word!r}.")
    return word


def env_yaml(name: str) -> dict[str, str]:
    """The words of the YAML file that the variable names; none when it names no file.

    Raises:
        ImproperlyConfigured: the file cannot be read, or is no list of names and words.
    """
    path = os.environ.get(name, "").strip()
    if not path:
        return {}
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        _refuse(name, "must name a YAML file that can be read.")
    if not isinstance(found, dict):
        _refuse(name, "must name a file of lines like visit_announced.1.zh-hans: SMS_1234.")
    return {str(code): str(words) for code, words in found.items()}
