"""A home with a journal and a process beside it, and somebody who looks on at the broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.journal.storage.store import Journal
from skill.paths import user_paths
from tests.connect.broker import Home, Onlooker
from tests.connect.servers import OSLO


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    paths = user_paths(tmp_path / "home")
    for folder in (paths.config, paths.data):
        folder.mkdir(parents=True)
    with Journal.open(paths.database_file, zone=OSLO) as journal:
        made = Home(paths, journal)
        made.write("service_started", app="1", content="c", model="m")
        yield made
        if made.beside is not None and made.beside.process.poll() is None:
            made.beside.process.kill()
            made.beside.process.wait(10)


@pytest.fixture
def onlooker() -> Iterator[Onlooker]:
    made = Onlooker()
    yield made
    made.close()
