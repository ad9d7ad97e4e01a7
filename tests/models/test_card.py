"""The card's made sections are renewed and what people wrote is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training import card
from models.training.sources import SOURCES


def test_every_source_is_in_the_table_with_its_licence() -> None:
    table = card.sources_table()
    assert all(source.name in table and source.licence in table for source in SOURCES)


def test_only_the_made_sections_change(tmp_path: Path) -> None:
    place = tmp_path / "MODEL_CARD.md"
    text = (
        "mine\n<!-- sources -->\nstale\n<!-- /sources -->\nours\n<!-- figures -->\nkept\n<!-- /figures -->\n"
    )
    place.write_text(text, "utf-8")
    card.write(place, {})
    written = place.read_text("utf-8")
    assert written.startswith("mine\n")
    assert "stale" not in written
    assert "kept" in written
    card.write(place, {"right among 30": {"value": "90 %", "n": 10, "interval": "60–98 %", "goal": "≥ 95 %"}})
    assert "| right among 30 | 90 % | 60–98 % | 10 | ≥ 95 % |" in place.read_text("utf-8")


def test_a_card_without_the_sections_is_refused() -> None:
    with pytest.raises(ValueError, match="figures"):
        card.replace_section("nothing", "figures", "x")
