"""Those who may only read, and telephones that are remembered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.web.app import create_app
from skill.web.door.auth import SESSION_S
from skill.web.door.devices import REMEMBERED
from skill.web.door.pin import hash_pin
from skill.web.site import WebConfig
from tests.web import nights
from tests.web.conftest import Pages, send, token
from tests.web.listener import NOON

OWNER, READER = "482913", "771204"
OWNER_HASH, READER_HASH = hash_pin(OWNER), hash_pin(READER)


def logged_in(pages: Pages, pin: str, **form: object) -> FlaskClient:
    client = pages.client()
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15)"
    answer = send(client, "/login", {"pin": pin, "next": "/nights", **form}, page="/login")
    assert answer.status_code == 302
    return client


@pytest.fixture
def home(pages: Pages) -> Pages:
    pages.set(web__pin_hash=OWNER_HASH, web__reader_hash=READER_HASH)
    return pages


def test_a_reader_sees_the_nights_and_the_doctors_sheet(home: Pages) -> None:
    uuid = nights.write(home.journal, NOON.replace(hour=3))
    client = logged_in(home, READER)
    for address in ("/", "/nights", f"/episodes/{uuid}", "/doctor", "/doctor.pdf", "/learn", "/status"):
        assert client.get(address).status_code == 200, address
    assert "Du er logget inn for å lese." in client.get("/nights").get_data(as_text=True)


def test_a_reader_changes_nothing_and_sees_no_settings(home: Pages) -> None:
    uuid = nights.write(home.journal, NOON.replace(hour=3))
    client = logged_in(home, READER)
    before = home.journal.last_id()
    for address in ("/settings", "/settings/pin", "/exchange", "/exchange/journal.json", "/setup/language",
                    f"/episodes/{uuid}/edit", f"/episodes/{uuid}/morning", "/nights/add"):  # fmt: skip
        assert client.get(address).status_code == 403, address
    for address in (f"/episodes/{uuid}/delete", f"/episodes/{uuid}/note", "/exchange/erase", "/doctor/worry"):
        answer = client.post(address, data={"csrf_token": token(client), "text": "x", "sure": "1"})
        assert answer.status_code == 403, address
    assert home.journal.last_id() == before


def test_every_page_that_may_change_something_is_closed_to_a_reader(home: Pages) -> None:
    """Whatever is added later is closed until somebody says that it may be read."""
    client = logged_in(home, READER)
    open_to_all = {
        "auth.login_post", "auth.logout", "prefs.language", "prefs.theme", "prefs.text_size",
        "connect.seen",  # by the secret in a message's address: tests/web/pages/test_connect.py
    }  # fmt: skip
    for rule in home.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in open_to_all:
            address = re.sub(r"<uuid:uuid>", "00000000-0000-4000-8000-000000000000", rule.rule)
            address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
            address = re.sub(r"<[^>]*>", "language", address)
            assert client.post(address, data={"csrf_token": token(client)}).status_code == 403, rule


def test_the_owner_makes_and_takes_away_the_pin_for_reading(pages: Pages) -> None:
    pages.set(web__pin_hash=OWNER_HASH)
    owner = logged_in(pages, OWNER)
    body = send(owner, "/settings/pin/reader", {"action": "make"}).get_data(as_text=True)
    shown = re.search(r'<p class="pin">(\d{3}) (\d{3})</p>', body)
    assert shown
    reader = logged_in(pages, shown[1] + shown[2])
    assert reader.get("/nights").status_code == 200
    send(owner, "/settings/pin/reader", {"action": "remove"})
    assert reader.get("/nights").status_code == 302


def test_without_a_pin_of_the_owner_there_is_none_for_reading(client: FlaskClient, pages: Pages) -> None:
    assert send(client, "/settings/pin/reader", {"action": "make"}).status_code == 400
    assert pages.settings.web.reader_hash == ""


def restarted(home: Pages, client: FlaskClient) -> FlaskClient:
    """The same browser after the service has begun anew."""
    config = WebConfig(home.paths, home.journal, home.listener, now=lambda: home.clock.day, clock=home.clock)
    again = create_app(config).test_client()
    again._cookies = client._cookies  # type: ignore[attr-defined]
    return again


def test_my_phone_is_remembered_through_a_restart_for_half_a_year(home: Pages) -> None:
    client = logged_in(home, OWNER, mine="1")
    stranger = logged_in(home, OWNER)
    home.clock.seconds += SESSION_S + 1
    assert stranger.get("/nights").status_code == 302
    assert client.get("/nights").status_code == 200
    assert restarted(home, client).get("/nights").status_code == 200
    home.clock.day = NOON + REMEMBERED - timedelta(days=1)
    assert client.get("/nights").status_code == 200
    home.clock.day = NOON + REMEMBERED + timedelta(days=1)
    assert client.get("/nights").status_code == 302


def test_a_lost_phone_is_withdrawn_and_its_secret_stands_nowhere(home: Pages) -> None:
    phone, owner = logged_in(home, OWNER, mine="1"), logged_in(home, OWNER)
    home.clock.seconds += SESSION_S + 1
    owner = logged_in(home, OWNER)
    page = owner.get("/settings/pin").get_data(as_text=True)
    assert "Android-telefon" in page
    with phone.session_transaction() as session:
        assert session["device"] not in (home.paths.data / "web-browsers.json").read_text(encoding="utf-8")
    key = re.search(r'name="browser" value="(\w+)"', page)
    assert key
    send(owner, "/settings/pin/browsers", {"browser": key[1]})
    assert phone.get("/nights").status_code == 302
    answer = send(owner, "/settings/pin/browsers", {"browser": key[1]}, follow=True)
    assert "borte fra før" in answer.get_data(as_text=True)


def test_a_new_pin_and_logging_out_withdraw_too(home: Pages) -> None:
    phone, other = logged_in(home, OWNER, mine="1"), logged_in(home, OWNER, mine="1")
    send(other, "/logout", page="/nights")
    assert other.get("/nights").status_code == 302
    assert restarted(home, phone).get("/nights").status_code == 200
    home.set(web__pin_hash=hash_pin("999999"))
    assert restarted(home, phone).get("/nights").status_code == 302


def test_who_is_withdrawn_finds_no_way_to_log_out_on_the_log_in_page(home: Pages) -> None:
    phone = logged_in(home, OWNER, mine="1")
    assert "Logg ut" in phone.get("/nights").get_data(as_text=True)
    home.set(web__pin_hash=hash_pin("999999"))
    assert "Logg ut" not in phone.get("/nights", follow_redirects=True).get_data(as_text=True)
    assert "Logg ut" not in phone.get("/login").get_data(as_text=True)


def test_a_remembered_reader_still_only_reads(home: Pages) -> None:
    client = restarted(home, logged_in(home, READER, mine="1"))
    assert client.get("/nights").status_code == 200
    assert client.get("/settings").status_code == 403


def test_a_file_of_rubbish_remembers_nobody_and_breaks_nothing(home: Pages) -> None:
    client = logged_in(home, OWNER, mine="1")
    for rubbish in ("", "null", "[1]", '[{"name": "x"}]', "{"):
        (home.paths.data / "web-browsers.json").write_text(rubbish, encoding="utf-8")
        assert restarted(home, client).get("/nights").status_code == 302


def test_a_reader_who_was_logged_out_saves_nothing_by_logging_in_again(home: Pages) -> None:
    uuid = nights.write(home.journal, NOON.replace(hour=3))
    client = home.client()
    form = {"csrf_token": token(client, "/login"), "text": "skrevet", "pin_again": READER}
    assert client.post(f"/episodes/{uuid}/note", data=form).status_code == 403
    assert home.journal.episode(uuid).notes == ()


def test_below_the_path_of_a_proxy_every_link_carries_the_path(pages: Pages) -> None:
    pages.set(web__behind_proxy=True, web__pin_hash=OWNER_HASH)
    config = WebConfig(pages.paths, pages.journal, pages.listener, now=lambda: NOON, clock=pages.clock)
    client = create_app(config).test_client()
    prefix = {"X-Forwarded-Prefix": "/krampevakt"}
    assert client.get("/nights", headers=prefix).location == "/krampevakt/login?next=/krampevakt/nights"
    body = client.get("/login", headers=prefix).get_data(as_text=True)
    assert set(re.findall(r'(?:href|action)="/(?!krampevakt/)([^"]*)"', body)) == set()


def test_a_path_that_nobody_asked_to_believe_is_not_believed(client: FlaskClient) -> None:
    body = client.get("/nights", headers={"X-Forwarded-Prefix": "/evil"}).get_data(as_text=True)
    assert "/evil" not in body
