"""Style sheet, script and typefaces are fetched once, and fetched again when they change."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from skill.web.assets import fingerprint


def test_every_static_file_of_a_page_is_there_and_may_be_kept(client: FlaskClient) -> None:
    named = re.findall(r'"(/static/[^"]+)"', client.get("/status").get_data(as_text=True))
    assert {Path(name.partition("?")[0]).suffix for name in named} == {".css", ".js", ".svg", ".woff2"}
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
