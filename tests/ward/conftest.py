"""A ward's database, in SQLite and, where it is installed, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.ward.store import WardStore
from tests.connect.conftest import home, onlooker
from tests.ward.servers import PostgresServer, can_run

__all__ = ["home", "onlooker"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not can_run():
        pytest.skip("PostgreSQL is not installed")
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ward.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    server.empty()
    return server.url


@pytest.fixture
def store(url: str) -> Iterator[WardStore]:
    opened = WardStore.open(url)
    yield opened
    opened.close()
