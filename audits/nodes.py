"""Strict reading of a YAML mapping: every wrong line is named, and all of them at once."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from audits.standard import Words

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class _TextLoader(yaml.BaseLoader):
    """Everything is text: YAML 1.1 would read ``1:12`` as 72 and ``no`` as false."""


def _mapping(loader: yaml.BaseLoader, node: yaml.MappingNode) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in pairs:
            raise yaml.MarkedYAMLError(
                problem=f"the key {key!r} stands here twice", problem_mark=key_node.start_mark
            )
        pairs[key] = loader.construct_object(value_node, deep=True)
    return pairs


_TextLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_text(text: str) -> Any:
    """The document as mappings, lists and texts.

    Raises:
        yaml.YAMLError: it is not YAML, or a key stands twice.
    """
    return yaml.load(text, Loader=_TextLoader)  # noqa: S506  # BaseLoader builds plain text only


class Problems(list[str]):
    """What is wrong with a file, one sentence a line, each with the path to it."""


class Node:
    """One mapping and where it stands. Keys that nobody asked for are problems too."""

    def __init__(self, value: Any, path: str, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()
        self._pairs: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.wrong("", "must be a mapping")

    def wrong(self, key: str, why: str) -> None:
        """Put a problem on the list."""
        self.problems.append(f"{self.at(key)}: {why}")

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if key and self.path else key or self.path

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._pairs

    def raw(self, key: str) -> Any:
        if not self.has(key):
            self.wrong(key, "is missing")
            return None
        return self._pairs[key]

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None:
            self.wrong(key, "must be text and not empty")
        return ""

    def integer(self, key: str, low: int, high: int) -> int:
        text = self.text(key)
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        if text:
            self.wrong(key, f"must be a whole number from {low} to {high}, not {text!r}")
        return low

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        if default is not None and not self.has(key):
            return default
        text = self.text(key)
        if text and text not in ("true", "false"):
            self.wrong(key, f"must be true or false, not {text!r}")
        return text == "true"

    def day(self, key: str) -> date:
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self.wrong(key, f"must be a date like 2026-12-01, not {text!r}")
            return date.min

    def choice(self, key: str, choices: type[E]) -> E:
        text = self.text(key)
        if text in list(choices):
            return choices(text)
        if text:
            self.wrong(key, f"{text!r} is none of {', '.join(choices)}")
        return next(iter(choices))

    def words(self, key: str) -> Words:
        node = self.child(key)
        words = Words(node.text("zh"), node.text("en"))
        node.close()
        return words

    def child(self, key: str) -> "Node":
        return Node(
            self.raw(key) if self.has(key) else self._missing(key), self.at(key), self.problems
        )

    def _missing(self, key: str) -> dict[str, Any]:
        self.wrong(key, "is missing")
        return {}

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw(key)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if value is not None:
            self.wrong(key, "must be a list of texts")
        return ()

    def each(self, key: str, parse: Callable[["Node"], T]) -> tuple[T, ...]:
        """Every mapping of a list; its ``code`` names it in a problem's path."""
        value = self.raw(key)
        if not isinstance(value, list) or not value:
            if value is not None:
                self.wrong(key, "must be a list with something in it")
            return ()
        nodes = [
            Node(one, f"{self.at(key)}[{_name(one, n)}]", self.problems)
            for n, one in enumerate(value)
        ]
        return tuple(parse(node) for node in nodes)

    def keys(self) -> Iterable[str]:
        return self._pairs.keys()

    def close(self) -> None:
        """Everything has been asked for: what is left is a slip of the pen."""
        for key in self._pairs:
            if key not in self._asked:
                self.wrong(key, "is not a known key")


def _name(value: Any, number: int) -> str:
    code = value.get("code") if isinstance(value, dict) else None
    return code if isinstance(code, str) else str(number)
