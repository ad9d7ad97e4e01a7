"""Logged out in the middle of writing: nothing typed is lost, and the PIN is asked for where it was refused."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from skill.web.door.auth import SESSION_S
from skill.web.door.pin import hash_pin
from tests.web import nights
from tests.web.conftest import Make, Pages, send, token
from tests.web.listener import NOON

PIN = "482913"
PIN_HASH = hash_pin(PIN)


def with_pin(pages: Pages) -> FlaskClient:
    """A browser that is logged in."""
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    send(client, "/login", {"pin": PIN, "next": "/nights"}, page="/login")
    return client


def logged_out_form(pages: Pages, client: FlaskClient, note: str) -> tuple[str, dict[str, str]]:
    """A note sent after the log-in has run out: the address, and the form that comes back."""
    address = f"/episodes/{nights.write(pages.journal, NOON)}/note"
    form = {"csrf_token": token(client, "/status"), "text": note}
    pages.clock.seconds += SESSION_S + 1
    answer = client.post(address, data=form)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "ikke borte" in body
    kept = html.unescape(re.search(r'name="text" hidden>\n(.*?)</textarea>', body, re.S)[1])  # type: ignore[index]
    return address, {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', body)[1], "text": kept}  # type: ignore[index]


def test_who_is_logged_out_logs_in_where_it_was_refused_and_nothing_typed_is_lost(pages: Pages) -> None:
    client = with_pin(pages)
    note = 'Gikk mye.\n<b>"æøå"</b> </textarea><script>'
    address, form = logged_out_form(pages, client, note)
    assert form["text"] == note
    assert client.post(address, data=form | {"pin_again": "000000"}).status_code == 401
    answer = client.post(address, data=form | {"pin_again": PIN})
    assert answer.status_code == 302
    assert pages.journal.episode(address.split("/")[2]).notes[0].text == note


def test_guessing_in_a_refused_form_is_as_slow_as_on_the_log_in_page(pages: Pages) -> None:
    client = with_pin(pages)
    address, form = logged_out_form(pages, client, "x")
    codes = [client.post(address, data=form | {"pin_again": "000000"}).status_code for _ in range(7)]
    assert codes[-1] == 429
    assert client.post(address, data=form | {"pin_again": PIN}).status_code == 429


def test_there_is_no_log_out_where_nobody_is_logged_in(pages: Pages) -> None:
    client = with_pin(pages)
    assert "Logg ut" in client.get("/").get_data(as_text=True)
    assert "Logg ut" not in pages.client().get("/login").get_data(as_text=True)


def test_each_home_has_a_cookie_of_its_own(make_pages: Make) -> None:
    names = {make_pages().app.config["SESSION_COOKIE_NAME"] for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith("krampevakt-") for name in names)
