"""Logs are one JSON object a line, and nothing in them names a person."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from config.logs import JsonFormatter, strike_out


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def written() -> Iterator[Lines]:
    handler = Lines()
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 13800000001 now", "call ####### now"),
        ("id 610102193903124321", "id #######"),
        ("card 6225880212345678, year 1939", "card #######, year 1939"),
        ("visit 123456", "visit 123456"),
    ],
)
def test_long_runs_of_digits_are_struck_out(text: str, kept: str) -> None:
    assert strike_out(text) == kept


def test_a_line_is_one_json_object_even_with_a_trace(written: Lines) -> None:
    try:
        raise ValueError("phone 13800000001")
    except ValueError:
        logging.getLogger("nuanban.sample").exception("two\nlines for %s", "13800000001")

    (line,) = written.lines
    assert "\n" not in line
    assert "13800000001" not in line
    assert json.loads(line)["from"] == "nuanban.sample"
    assert "ValueError" in json.loads(line)["trace"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/?name=Li-Guilan", "/Li-Guilan/not-there/?phone=1380000", "/desk/?who=Guilan"]
)
def test_a_request_is_logged_by_its_route_without_path_or_query(
    client: Client, written: Lines, path: str
) -> None:
    client.get(path)

    text = "\n".join(written.lines)
    assert "Guilan" not in text
    assert "1380000" not in text
    (line,) = [json.loads(line) for line in written.lines if '"answered"' in line]
    assert line["method"] == "GET"
    assert {"route", "status", "milliseconds"} <= set(line)
