"""The ward's pages in a real browser: nothing scrolls sideways, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from skill.web.server import WebServer
from tests.connect.servers import free_port
from tests.ward.test_app import PIN, Ward
from tests.web.browser import CHROMIUM, browser

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]

AXE = Path(__file__).parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SLOW_MS = 60_000  # a busy machine is no fault
PAGES = ("", "bed/bed-1", "audit")
WIDTHS = (320, 1280)


def is_fine(page: Any) -> list[str]:
    """What is wrong with the page that is shown: at the usual text size and at twice that."""
    wrong = []
    for size in ("100%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            wrong.append(f"{page.url} scrolls sideways at {size} of {page.viewport_size['width']}")
        if AXE.is_file():
            page.add_script_tag(path=str(AXE))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            wrong += [f"{page.url} {each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
    return wrong


@contextmanager
def served(folder: Path) -> Iterator[tuple[Ward, str]]:
    """A ward, and its address."""
    ward, port = Ward(folder), free_port()
    server = WebServer(ward.app, "127.0.0.1", port)
    server.start()
    try:
        yield ward, f"http://127.0.0.1:{port}/"
    finally:
        server.stop()


def log_in(page: Any, address: str) -> None:
    page.goto(f"{address}login")
    page.locator("[name=name]").fill("administers")
    page.locator("[name=pin]").fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_on_a_phone_and_at_a_desk(tmp_path: Path, theme: str) -> None:
    wrong: list[str] = []
    with served(tmp_path) as (_, address), browser(tmp_path / "profile") as chromium:
        for width in WIDTHS:
            context = chromium.new_context(
                viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
            )
            context.set_default_timeout(SLOW_MS)
            page = context.new_page()
            page.goto(f"{address}login")
            wrong += is_fine(page)
            log_in(page, address)
            for path in PAGES:
                page.goto(address + path)
                wrong += is_fine(page)
            context.close()
    assert not wrong, "\n".join(wrong)


def test_what_happens_is_seen_without_a_hand_and_the_keyboard_stays_where_it_was(tmp_path: Path) -> None:
    with served(tmp_path) as (ward, address), browser(tmp_path / "profile") as chromium:
        page = chromium.new_page()
        page.set_default_timeout(SLOW_MS)
        log_in(page, address)
        first = page.get_by_role("link", name="Rom 12")
        first.focus()
        ward.store.name_bed("bed-1", "Rom 12, Åse", "", ward.now)
        page.get_by_role("link", name="Rom 12, Åse").wait_for()
        assert "Åse" in page.evaluate("document.activeElement.textContent")
