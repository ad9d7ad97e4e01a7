"""What people do, in a real browser, on a phone and a desktop; and axe on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skill.audio.input_level import InputLevel
from tests.web.browser import CHROMIUM, Example, serve_example

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
SMALL_PHONE, PHONE = {"width": 360, "height": 740}, {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
SLOW_MS = 60_000  # a busy machine is no fault


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(
        viewport=DESKTOP, locale="nb-NO", accept_downloads=True, reduced_motion="reduce"
    )
    context.set_default_timeout(SLOW_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # the strict policy refuses nothing of ours
    assert not [c for c in complaints if "status of 4" not in c], complaints


def test_setting_up_a_new_device(page: Any, tmp_path: Path) -> None:
    with serve_example(tmp_path, set_up=False) as fresh:
        page.goto(fresh.base)
        assert page.url.endswith("/setup/language")
        page.locator('input[name="language"][value="nn"]').check()
        page.get_by_role("button", name="Lagre og gå videre").click()
        page.get_by_label("Saktare (105 ord i minuttet)").check()
        page.get_by_role("button", name="Høyr", exact=True).click()
        page.get_by_text("Apparatet sa: «Eg er her.").wait_for()
        page.get_by_role("button", name="Lagre og gå vidare").click()
        page.get_by_role("button", name="Snakk no").click()
        page.get_by_text("«krampe i leggen»").first.wait_for()
        page.get_by_role("button", name="Hopp over").click()
        page.get_by_label("Eg bur åleine").check()
        page.get_by_role("button", name="Lagre og gå vidare").click()
        page.get_by_role("button", name="Opne for heimenettet og lag ein PIN").click()
        pin = page.locator(".pin").inner_text()
        assert re.fullmatch(r"\d{3} \d{3}", pin)
        page.get_by_role("button", name="Lagre og gå vidare").click()
        page.wait_for_url("**/setup/done")
        said = fresh.listener.said[0]
        assert said[0].startswith("Eg er her.")
        assert said[1].voice.rate_wpm == 105
        page.get_by_role("button", name="Logg ut").click()
        page.get_by_label("PIN eller passord").fill(pin)
        page.get_by_role("button", name="Opne sidene").click()
        page.goto(fresh.base + "nights")
        assert "/login" not in page.url


def test_reviewing_correcting_and_undoing(page: Any, example: Example) -> None:
    page.goto(example.base)
    page.get_by_role("link", name="Netter", exact=True).click()
    page.locator(f'a[href="/episodes/{example.episodes["good"]}"]').click()
    page.get_by_role("link", name="Rett opp").click()
    page.locator('#place input[value="foot"]').check()
    page.get_by_label("Varighet i minutter").fill("7,5")
    page.get_by_role("button", name="Lagre").click()
    assert "Endringene er lagret." in page.content()
    assert example.journal.episode(example.episodes["good"]).duration_s == 450
    page.get_by_text("Endringer etterpå").click()
    page.get_by_role("button", name="Angre").first.click()
    assert "Endringen er angret." in page.content()


def test_deleting_and_taking_it_back(page: Any, example: Example) -> None:
    uuid = example.episodes["silent"]
    page.goto(f"{example.base}episodes/{uuid}")
    page.get_by_role("button", name="Slett krampa").click()
    assert example.journal.episode(uuid).deleted
    page.get_by_role("button", name="Angre").click()
    assert "Krampa er tilbake." in page.content()
    assert not example.journal.episode(uuid).deleted


def test_morning_questions(page: Any, example: Example) -> None:
    uuid = example.episodes["danger"]
    page.goto(f"{example.base}episodes/{uuid}/morning")
    page.locator('input[name="advice_followed:T2"][value="yes"]').check()
    page.locator('#sleep_disturbance input[value="6"]').check()
    page.get_by_label("Drakk lite").check()
    page.get_by_role("button", name="Lagre").click()
    episode = example.journal.episode(uuid)
    assert episode.sleep_disturbance == 6
    assert episode.danger_signs[0].followed.answer == "yes"


def test_a_setting_acts_on_the_next_sentence(page: Any, example: Example) -> None:
    page.goto(f"{example.base}settings/voice")
    page.get_by_label("Saktere (105 ord i minuttet)").check()
    page.get_by_role("button", name="Lagre").click()
    assert "Lagret." in page.content()
    page.get_by_role("button", name="Hør", exact=True).click()
    assert example.listener.said[-1][1].voice.rate_wpm == 105
    assert example.listener.told >= 1


def test_the_microphone_that_hears_best_is_found_and_chosen_on_a_small_phone(
    page: Any, example: Example
) -> None:
    long = "Jabra SPEAK 410 USB Konferansehøyttaler og mikrofon, analog mono (hw:CARD=USB,DEV=0)"
    example.listener.levels = (
        InputLevel(long, -31.0),
        InputLevel("Innebygd", -52.0),
        InputLevel("HDMI", None),
    )
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{example.base}settings/microphone")
    page.get_by_role("button", name="Lytt med hver mikrofon").click()
    first = page.get_by_role("button", name="Velg denne").first
    first.wait_for()  # the page that the button leads to is there
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert first.bounding_box()["height"] >= 44
    playwright.expect(first).to_have_accessible_description(re.compile("Jabra.*hører deg sterkest"))
    first.click()
    assert f"Mikrofonen er valgt: {long}." in page.content()


def test_the_pdf_comes_down(page: Any, example: Example) -> None:
    page.goto(f"{example.base}doctor")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Last ned som PDF").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")


def test_the_level_moves_and_deafness_turns_the_page_red(page: Any, example: Example) -> None:
    example.prepare("status")
    page.goto(f"{example.base}status")
    page.wait_for_selector("#live-note:not([hidden])")
    example.listener.turn("hearing", level_dbfs=-21.0)
    # `wait_for_function` would evaluate a string, which the policy forbids
    playwright.expect(page.locator("#level-text")).to_contain_text("-21", timeout=SLOW_MS)
    example.listener.turn("deaf", level_dbfs=None)
    page.wait_for_selector(".verdict-deaf")
    example.prepare("status")


def test_without_javascript_everything_still_works(chromium: Any, example: Example) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    page.goto(f"{example.base}nights/add")
    page.get_by_label("Klokkeslett").fill("0230")
    page.get_by_role("button", name="Legg til").click()
    assert "Krampa er lagt til." in page.content()
    page.goto(f"{example.base}status")
    assert "Ja, apparatet hører." in page.content()
    page.goto(f"{example.base}settings/understood")
    page.get_by_role("button", name="Hør setning 1 av 3").first.click()
    assert "Det var kvinnestemmen." in page.content()
    page.get_by_role("button", name="Denne forstår jeg best").click()
    assert page.url.endswith("/settings/voice")
    context.close()


def test_by_keyboard_alone(page: Any, example: Example) -> None:
    page.goto(f"{example.base}nights")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("typeface", ["ours", "the system's"])
@pytest.mark.parametrize("size", [SMALL_PHONE, PHONE, DESKTOP], ids=["small phone", "phone", "desktop"])
def test_no_page_is_wider_than_the_screen_and_the_numbers_stay_in_sight(
    chromium: Any, example: Example, size: dict[str, int], typeface: str
) -> None:
    context = chromium.new_context(viewport=size)
    context.set_default_timeout(SLOW_MS)
    if typeface != "ours":  # as until ours has come down, and wider
        context.route("**/*.woff2", lambda route: route.abort())
    page = context.new_page()
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert page.locator('.top a[href="tel:113"]').evaluate(
            "e => { const b = e.getBoundingClientRect();"
            " return b.top >= 0 && b.bottom <= innerHeight && b.height >= 44 }"
        ), name
        page.goto("about:blank")
    context.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: run `npm install` in tests/web")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(chromium: Any, example: Example, theme: str) -> None:
    context = chromium.new_context(viewport=PHONE, color_scheme=theme, bypass_csp=True)
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name, address in example.addresses().items():
        example.prepare(name)
        page.goto(example.base + address.lstrip("/"))
        page.add_script_tag(path=str(AXE))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:120]}"
            for v in result["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        if serious:
            found[name] = serious
        page.goto("about:blank")
    context.close()
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)
