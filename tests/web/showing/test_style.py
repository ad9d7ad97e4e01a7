"""The style sheet: readable in both themes, and nothing fetched from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import skill.web

STATIC = Path(skill.web.__file__).parent / "static"
CSS = (STATIC / "style.css").read_text(encoding="utf-8")

TEXT_ON = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "sunk"),
    ("soft", "paper"),
    ("soft", "card"),
    ("soft", "sunk"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "sunk"),
    ("accent", "accent-wash"),
    ("accent-ink", "accent"),
    ("bad", "paper"),
    ("bad", "card"),
    ("bad", "bad-wash"),
    ("bad-ink", "bad"),
    ("warm", "warm-wash"),
    ("ok", "card"),
    ("ok", "ok-wash"),
    ("ink", "bad-wash"),
    ("ink", "ok-wash"),
    ("ink", "warm-wash"),
    ("ink", "accent-wash"),
    ("soft", "bad-wash"),
    ("soft", "ok-wash"),
    ("soft", "warm-wash"),
    ("accent", "bad-wash"),
    ("accent", "ok-wash"),
]


def colours(selector: str) -> dict[str, str]:
    start = CSS.index(selector)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS[start : CSS.index("}", start)]))


LIGHT, DARK = colours(":root {"), colours(':root[data-theme="dark"]')
CONTRAST = colours(':root[data-theme="contrast"]')


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
@pytest.mark.parametrize("shape", ["edge", "series", "series-2"])
def test_edges_of_inputs_and_bars_stand_out(theme: dict[str, str], shape: str) -> None:
    assert contrast(theme[shape], theme["card"]) >= 3


def test_the_dark_theme_is_the_same_chosen_or_followed() -> None:
    assert colours(':root[data-theme="auto"]') == DARK
    assert LIGHT.keys() == DARK.keys()


def test_nothing_comes_from_elsewhere() -> None:
    for path in (STATIC / "style.css", STATIC / "live.js", STATIC / "icon.svg"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]|@import|eval\(|innerHTML", text), path.name
    assert re.findall(r"url\(\"?([^\")]+)", CSS) == [
        "fonts/AtkinsonHyperlegible-Regular.woff2",
        "fonts/AtkinsonHyperlegible-Bold.woff2",
    ]


def test_the_typefaces_carry_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_high_contrast_is_high() -> None:
    for text, ground in TEXT_ON:
        assert contrast(CONTRAST[text], CONTRAST[ground]) >= 7, (text, ground)
