"""A night by keyboard for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.typed import TypedNight


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered once for all tests."""
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture
def night(tmp_path: Path, sounds: Path) -> Iterator[TypedNight]:
    made = TypedNight(tmp_path, sounds)
    yield made
    made.journal.close()
