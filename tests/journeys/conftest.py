"""Nights by keyboard, and the pages over a real journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.nights import NightsByKeyboard
from tests.web.conftest import made_once, make_pages

__all__ = ["made_once", "make_pages"]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered once for all tests."""
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture
def by_keyboard(tmp_path: Path, sounds: Path) -> NightsByKeyboard:
    return NightsByKeyboard(tmp_path / "nights", sounds)
