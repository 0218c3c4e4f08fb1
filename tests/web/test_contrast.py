"""Every text colour reaches 7:1 on every ground that it is used on, in each of the looks."""

import re
from pathlib import Path

import pytest

import web

CSS = Path(web.__file__).parent / "static/web/css/tokens.css"
GROUNDS = ("paper", "surface", "sunken")
ON_GROUNDS = ("ink", "ink-soft", "accent", "accent-deep")
PAIRS = [
    *((text, ground) for text in ON_GROUNDS for ground in GROUNDS),
    *((text, "accent-wash") for text in ("ink", "accent")),
    *((text, "lamp-soft") for text in ("ink", "ink-soft", "accent")),
    *((tone, f"{tone}-wash") for tone in ("ok", "wait", "bad", "info", "quiet")),
    *(("ink", f"{tone}-wash") for tone in ("ok", "wait", "bad", "info", "quiet")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-lamp", "lamp"),
    ("bad", "surface"),
]


def looks() -> dict[str, dict[str, str]]:
    """The colours of each look: a block that changes some keeps the others of the light one."""
    text = CSS.read_text("utf-8")
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", text)
    colours = [dict(re.findall(r"--nb-([a-z-]+): (#[0-9a-f]{3,6});", body)) for _, body in blocks]
    light, dark, more, high, more_dark = colours
    return {
        "light": light,
        "dark": light | dark,
        "more contrast": light | more,
        "high": light | high,
        "more contrast, dark": light | dark | more | more_dark,
    }


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("look", looks())
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_reaches_seven_to_one(look: str, text: str, ground: str) -> None:
    colours = looks()[look]
    assert ratio(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("look", looks())
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("edge", ["line-strong", "focus"])
def test_edges_reach_three_to_one(look: str, edge: str, ground: str) -> None:
    colours = looks()[look]
    assert ratio(colours[edge], colours[ground]) >= 3
