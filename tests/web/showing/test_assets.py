"""Style sheet, script and typefaces are fetched once, and fetched again when they change."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from skill.web.assets import fingerprint
from skill.web.door.pin import hash_pin
from tests.web.conftest import Pages


def test_every_static_file_of_a_page_is_there_and_may_be_kept(client: FlaskClient) -> None:
    named = re.findall(r'"(/static/[^"]+)"', client.get("/status").get_data(as_text=True))
    assert {Path(name.partition("?")[0]).suffix for name in named} == {
        ".css",
        ".js",
        ".svg",
        ".png",
        ".woff2",
    }
    for name in named:
        answer = client.get(name)
        assert answer.status_code == 200
        assert "max-age=2592000" in answer.headers["Cache-Control"]


def test_what_is_kept_has_another_address_once_it_changes(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get("/status").get_data(as_text=True)
    assert re.search(r'href="/static/style\.css\?v=[0-9a-f]{10}"', page)
    one, two = tmp_path / "one.css", tmp_path / "two.css"
    one.write_text("a {}", "utf-8")
    two.write_text("b {}", "utf-8")
    assert fingerprint(one) != fingerprint(two)
    assert fingerprint(tmp_path / "missing.css") == ""


def test_a_typeface_that_is_fetched_ahead_is_the_one_that_the_style_sheet_names(client: FlaskClient) -> None:
    ahead = re.findall(r'rel="preload" href="/static/([^"]+)"', client.get("/").get_data(as_text=True))
    sheet = client.get("/static/style.css").get_data(as_text=True)
    assert ahead
    assert all(f'url("{name}")' in sheet for name in ahead)


def test_the_pages_can_be_put_on_a_home_screen(client: FlaskClient) -> None:
    named = re.search(r'rel="manifest" href="([^"]+)"', client.get("/").get_data(as_text=True))
    assert named
    manifest = client.get(named[1]).get_json(force=True)
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Krampevakt", "/", "standalone")
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        size = int.from_bytes(answer.data[16:20], "big")  # of a PNG, in its header
        assert icon["sizes"] == f"{size}x{size}"


def test_the_page_without_network_says_so_and_has_the_emergency_numbers(
    pages: Pages, client: FlaskClient
) -> None:
    pages.set(web__pin_hash=hash_pin("482913"))  # open without a PIN: it holds nobody's nights
    body = client.get("/offline").get_data(as_text=True)
    assert "Apparatet svarer ikke" in body
    assert 'href="tel:113"' in body
    assert client.get("/worker.js").headers["Service-Worker-Allowed"] == "/"
