"""The pages over a real journal and a real settings file in a folder of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from skill.journal.storage.store import Journal
from skill.paths import UserPaths, user_paths
from skill.settings.file import load, save
from skill.settings.rules import with_values
from skill.settings.values import Settings
from skill.web.app import create_app
from skill.web.ports import (
    ServicePorts,
)
from skill.web.site import WebConfig
from tests.web.browser import Example, browser, serve_example
from tests.web.listener import NOON, OSLO, Listener


@dataclass
class Clock:
    """Monotonic seconds and the time of day, moved by the test."""

    seconds: float = 1000.0
    day: datetime = NOON

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Pages:
    """One installation's pages, and what lies behind them."""

    app: Flask
    paths: UserPaths
    journal: Journal
    listener: Listener
    clock: Clock

    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def settings(self) -> Settings:
        return load(self.paths.settings_file)

    def set(self, **changes: object) -> None:
        """`set(web__pin_hash="…")`: change settings as another program would."""
        values = {key.replace("__", "."): value for key, value in changes.items()}
        save(self.paths.settings_file, with_values(self.settings, values))  # type: ignore[arg-type]


Make = Callable[..., Pages]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty journal and compiled templates: making them anew for each test would take most of the time."""
    folder = tmp_path_factory.mktemp("once")
    Journal.open(folder / "journal.db", zone=OSLO).close()
    return folder


@pytest.fixture
def make_pages(tmp_path: Path, made_once: Path) -> Iterator[Make]:
    opened: list[Journal] = []

    def make(
        ports: ServicePorts | None = None, *, bound_host: str = "127.0.0.1", set_up: bool = True
    ) -> Pages:
        paths = user_paths(tmp_path / f"home-{len(opened)}")
        paths.data.mkdir(parents=True, mode=0o700)
        shutil.copyfile(made_once / "journal.db", paths.database_file)
        journal = Journal.open(paths.database_file, zone=OSLO)
        opened.append(journal)
        clock, listener = Clock(), Listener()
        config = WebConfig(
            paths=paths,
            journal=journal,
            ports=ports or listener,
            bound_host=bound_host,
            now=lambda: clock.day,
            clock=clock,
        )
        pages = Pages(create_app(config), paths, journal, listener, clock)
        pages.app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(made_once))
        if set_up:
            pages.set(set_up=True)
        return pages

    yield make
    for journal in opened:
        journal.close()


@pytest.fixture
def pages(make_pages: Make) -> Pages:
    return make_pages()


@pytest.fixture
def client(pages: Pages) -> FlaskClient:
    return pages.client()


_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token(client: FlaskClient, address: str = "/status") -> str:
    """The CSRF token of a page, as a browser would send it back."""
    found = _TOKEN.search(client.get(address, follow_redirects=True).get_data(as_text=True))
    assert found, f"no form on {address}"
    return found[1]


def send(
    client: FlaskClient,
    address: str,
    form: dict[str, object] | None = None,
    *,
    page: str = "/status",
    follow: bool = False,
    **options: object,
):
    """POST a form with the right token."""
    return client.post(
        address, data={"csrf_token": token(client, page), **(form or {})}, follow_redirects=follow, **options
    )


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real browser; what uses it is marked `browser` and skipped where none is installed."""
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The pages of somebody's six weeks, served to that browser."""
    with serve_example(tmp_path_factory.mktemp("example")) as served:
        yield served
