"""Old eyes and thumbs, in a real browser: large text, high contrast, targets that a thumb can hit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser import CHROMIUM, Example

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 390, 1280)
SLOW_MS = 60_000
TARGETS = ".button, .choice-button, .pick, summary, .steps a, .pages a, .call, .back a, .night-list a, select, textarea"
WIDER = """() => [...document.querySelectorAll('main *, header *, nav *, footer *')].filter(e => {
  const b = e.getBoundingClientRect();
  return b.width && b.right > innerWidth + 1 && !e.closest('.hidden') && !e.closest('svg');
}).slice(0, 3).map(e => e.outerHTML.slice(0, 90))"""
LOW = """(targets) => [...document.querySelectorAll(targets)].filter(e => {
  const b = e.getBoundingClientRect();
  return b.width && b.height < 43.5 && !e.closest('.hidden');
}).slice(0, 3).map(e => `${e.getBoundingClientRect().height} ${e.outerHTML.slice(0, 90)}`)"""


def opened(chromium: Any, width: int, **options: Any) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True, **options)
    context.set_default_timeout(SLOW_MS)
    return context.new_page()


def press(page: Any, example: Example, name: str) -> None:
    """A choice at the foot of the page."""
    page.goto(example.base)
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("width", WIDTHS)
def test_at_twice_the_text_size_nothing_is_cut_or_scrolls_sideways_and_the_header_lets_go(
    chromium: Any, example: Example, width: int
) -> None:
    page = opened(chromium, width)
    press(page, example, "Størst")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "36px"
    found = {}
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth") or page.evaluate(WIDER):
            found[name] = page.evaluate(WIDER)
        assert page.evaluate("getComputedStyle(document.querySelector('.top')).position") == "static", name
        page.goto("about:blank")
    page.context.close()
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("width", [160, 195, 640])
def test_zoomed_to_two_hundred_per_cent_by_the_browser(chromium: Any, example: Example, width: int) -> None:
    """A screen of 320, 390 or 1280 dots, zoomed: half as wide and half as high."""
    page = opened(chromium, width)
    page.set_viewport_size({"width": width, "height": 400})
    page.goto(example.base)
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).position") == "static"
    if width >= 195:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_every_target_is_large_enough_for_a_thumb(chromium: Any, example: Example) -> None:
    page = opened(chromium, 390)
    found = {}
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        if low := page.evaluate(LOW, TARGETS):
            found[name] = low
        page.goto("about:blank")
    page.context.close()
    assert not found, json.dumps(found, indent=1)


def test_the_whole_pill_is_the_link(chromium: Any, example: Example) -> None:
    page = opened(chromium, 390)
    page.goto(example.base)
    pill = page.locator(".steps a").first
    pill.scroll_into_view_if_needed()
    pill.click(position={"x": 6, "y": 22})  # beside the words
    page.wait_for_url("**days=*")
    page.context.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: run `npm install` in tests/web")
@pytest.mark.parametrize("choices", [("Størst",), ("Størst", "Mørkt"), ("Høy kontrast",)], ids="-".join)
def test_axe_finds_nothing_in_large_text_or_high_contrast(
    chromium: Any, example: Example, choices: tuple[str, ...]
) -> None:
    page = opened(chromium, 390)
    for choice in choices:
        press(page, example, choice)
    found = {}
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        page.add_script_tag(path=str(AXE))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        if worst := [v["id"] for v in result["violations"] if v["impact"] in ("serious", "critical")]:
            found[name] = worst
        page.goto("about:blank")
    page.context.close()
    assert not found, found


@pytest.mark.parametrize("width", WIDTHS)
def test_at_the_usual_text_size_nothing_scrolls_sideways_and_every_target_is_for_a_thumb(
    chromium: Any, example: Example, width: int
) -> None:
    page = opened(chromium, width)
    wide, low = {}, {}
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth") or page.evaluate(WIDER):
            wide[name] = page.evaluate(WIDER)
        if found := page.evaluate(LOW, TARGETS):
            low[name] = found
        page.goto("about:blank")
    page.context.close()
    assert not wide, json.dumps(wide, indent=1)
    assert not low, json.dumps(low, indent=1)


def test_without_network_the_page_says_so(chromium: Any, example: Example) -> None:
    page = opened(chromium, 390)
    page.goto(example.base)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto(example.base + "nights")
    assert page.get_by_role("heading", level=1).inner_text() == "Apparatet svarer ikke"
    assert page.get_by_role("link", name="Ring 113").is_visible()
    page.context.close()
