"""One test for each header and each access rule."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from skill.web.door.auth import IDLE_S, OPEN_ENDPOINTS, SESSION_S, safe_next
from skill.web.door.pin import hash_pin, make_pin, pin_matches
from skill.web.door.security import BODY_LIMIT, host_allowed, secret_key
from tests.web.conftest import Make, Pages, send, token

SECRET_PAGES = [
    "/",
    "/nights",
    "/nights/add",
    "/doctor",
    "/settings",
    "/settings/voice",
    "/settings/pin",
    "/status",
    "/status/stream",
    "/learn",
    "/exchange",
    "/setup/language",
]
PIN_HASH = hash_pin("482913")


def log_in(client: FlaskClient, pin: str = "482913", **options: object):
    return send(client, "/login", {"pin": pin, "next": "/nights"}, page="/login", **options)


# --- headers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
@pytest.mark.parametrize("address", ["/status", "/healthz", "/no-such-page", "/learn"])
def test_every_answer_carries_the_header(client: FlaskClient, address: str, name: str, value: str) -> None:
    assert client.get(address).headers[name] == value


def test_policy_lets_nothing_in_from_elsewhere_and_nothing_inline(client: FlaskClient) -> None:
    policy = client.get("/status").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|data:|\*", policy)


def test_files_that_never_change_may_be_cached_but_pages_may_not(client: FlaskClient) -> None:
    assert client.get("/static/style.css").headers["Cache-Control"] != "no-store"
    assert client.get("/nights").headers["Cache-Control"] == "no-store"


def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: FlaskClient) -> None:
    token(client)
    cookie = client.get("/status").headers.get("Set-Cookie") or client.post("/theme").headers.get(
        "Set-Cookie", ""
    )
    kept = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    assert kept.http_only
    assert kept.same_site == "Lax"
    assert cookie is not None


# --- Host: DNS rebinding ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8713", "127.0.0.1", "127.0.0.1:8713", "[::1]:8713"])
def test_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8713",
        "127.0.0.1.evil.example",
        "192.168.1.20",
        "localhost.evil.example",
        "0.0.0.0",
        "",
    ],
)
@pytest.mark.parametrize("address", ["/status", "/healthz", "/login", "/static/style.css"])
def test_other_names_are_refused_everywhere(client: FlaskClient, host: str, address: str) -> None:
    assert client.get(address, headers={"Host": host}).status_code in (400, 403)


def test_a_name_in_the_settings_is_answered(pages: Pages) -> None:
    assert pages.client().get("/status", headers={"Host": "nattbord.local"}).status_code == 403
    pages.set(web__allowed_hosts=("nattbord.local",))
    assert pages.client().get("/status", headers={"Host": "Nattbord.local:8713"}).status_code == 200


def test_addresses_in_digits_are_ours_only_once_the_network_is_let_in() -> None:
    assert host_allowed("192.168.1.20:8713", "0.0.0.0", ())
    assert not host_allowed("192.168.1.20:8713", "127.0.0.1", ())
    assert not host_allowed("nattbord.evil.example", "0.0.0.0", ())


# --- other machines --------------------------------------------------------------------------------------


def test_without_a_pin_other_machines_see_nothing(make_pages: Make) -> None:
    client = make_pages(bound_host="0.0.0.0").client()
    for address in [*SECRET_PAGES, "/healthz"]:
        answer = client.get(address, environ_base={"REMOTE_ADDR": "192.168.1.7"})
        assert answer.status_code == 403, address


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_without_a_pin_nobody_comes_in_through_a_proxy(client: FlaskClient, header: str) -> None:
    assert client.get("/nights", headers={header: "192.168.1.7"}).status_code == 403


def test_without_a_pin_this_machine_sees_everything(client: FlaskClient) -> None:
    assert client.get("/nights").status_code == 200
    assert client.get("/nights", environ_base={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200


# --- PIN -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", SECRET_PAGES)
def test_with_a_pin_every_page_asks_for_it(pages: Pages, address: str) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    answer = pages.client().get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/login")


def test_every_route_is_behind_the_pin_unless_named(pages: Pages) -> None:
    """A new page is protected without anybody thinking of it."""
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    for rule in pages.app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        address = re.sub(r"<[^>]*uuid[^>]*>", "00000000-0000-0000-0000-000000000000", rule.rule)
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        address = re.sub(r"<[^>]+>", "x", address)
        if "GET" in (rule.methods or ()):
            assert client.get(address).status_code == 302, address
        if "POST" in (rule.methods or ()):
            assert client.post(address).status_code == 401, address


def test_the_right_pin_opens_and_leads_back(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    answer = log_in(client, "482 913")
    assert answer.location == "/nights"
    assert client.get("/nights").status_code == 200


def test_a_wrong_pin_does_not_open(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    assert log_in(client, "111111").status_code == 403
    assert client.get("/nights").status_code == 302


def test_guessing_is_slowed_down_and_then_even_the_right_pin_waits(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    codes = [log_in(client, f"{n:06d}").status_code for n in range(8)]
    assert codes == [403] * 5 + [429] * 3
    answer = log_in(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    pages.clock.seconds += 31
    assert log_in(client).status_code == 302


def test_each_further_guess_costs_a_longer_wait(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    waits = []
    for n in range(12):
        answer = log_in(client, f"{n:06d}")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            pages.clock.seconds += waits[-1]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_a_session_ends_when_nobody_uses_it(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    log_in(client)
    pages.clock.seconds += IDLE_S + 1
    assert client.get("/nights").status_code == 302


def test_a_session_ends_even_in_use(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    log_in(client)
    for _ in range(int(SESSION_S / IDLE_S * 2) + 1):
        pages.clock.seconds += IDLE_S / 2
        client.get("/nights")
    assert client.get("/nights").status_code == 302


def test_logging_out_ends_the_session_also_for_a_copied_cookie(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    log_in(client)
    copied = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert copied is not None
    send(client, "/logout")
    thief = pages.client()
    thief.set_cookie(copied.key, copied.value)
    assert thief.get("/nights").status_code == 302


def test_a_new_pin_ends_all_other_sessions(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    here, there = pages.client(), pages.client()
    log_in(here)
    log_in(there)
    answer = send(here, "/settings/pin", {"action": "choose", "pin": "ny kode her", "old": "482913"})
    assert answer.status_code == 302
    assert here.get("/nights").status_code == 200
    assert there.get("/nights").status_code == 302


def test_the_pin_cannot_be_changed_or_removed_without_the_old_one(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    client = pages.client()
    log_in(client)
    for action in ("make", "choose", "remove"):
        answer = send(client, "/settings/pin", {"action": action, "pin": "andre123", "old": "000000"})
        assert answer.status_code == 403
    assert pages.settings.web.pin_hash == PIN_HASH


def test_the_emergency_numbers_stand_on_the_log_in_page(pages: Pages) -> None:
    pages.set(web__pin_hash=PIN_HASH)
    body = pages.client().get("/login").get_data(as_text=True)
    assert 'href="tel:113"' in body
    assert 'href="tel:116117"' in body


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_after_logging_in_nobody_is_sent_to_another_site(pages: Pages, target: str) -> None:
    with pages.app.test_request_context():
        assert safe_next(target) == "/"


# --- forms -----------------------------------------------------------------------------------------------


def test_every_form_needs_its_token(pages: Pages) -> None:
    client = pages.client()
    token(client)
    for rule in pages.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        address = re.sub(r"<[^>]*uuid[^>]*>", "00000000-0000-0000-0000-000000000000", rule.rule)
        address = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        address = re.sub(r"<[^>]+>", "language", address)
        answer = client.post(address, data={"action": "make"})
        assert answer.status_code == 400, address
        assert "Skjemaet er for gammelt" in answer.get_data(as_text=True)


def test_a_form_sent_from_another_site_is_refused_even_with_a_token(client: FlaskClient) -> None:
    answer = send(client, "/theme", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_a_token_still_works_after_a_night(pages: Pages) -> None:
    client = pages.client()
    kept = token(client)
    pages.clock.seconds += 10 * 3600
    assert client.post("/theme", data={"csrf_token": kept, "theme": "dark"}).status_code == 302


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = send(client, "/theme", {"theme": "x" * (BODY_LIMIT + 1)})
    assert answer.status_code == 413


# --- secrets ---------------------------------------------------------------------------------------------


def test_the_cookie_key_is_random_kept_and_private(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "a" / "key")
    assert len(first) == 32
    assert secret_key(tmp_path / "a" / "key") == first
    assert secret_key(tmp_path / "b" / "key") != first
    assert stat.S_IMODE((tmp_path / "a" / "key").stat().st_mode) == 0o600


def test_a_cookie_key_cut_off_by_a_power_cut_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"half")
    assert len(secret_key(tmp_path / "key")) == 32


def test_a_pin_is_stored_only_as_a_slow_hash_with_its_own_salt() -> None:
    pin = make_pin()
    assert re.fullmatch(r"\d{6}", pin)
    first, second = hash_pin(pin), hash_pin(pin)
    assert first != second
    assert first.startswith("scrypt$")
    assert pin not in first
    assert pin_matches(pin, first)
    assert pin_matches(f"{pin[:3]} {pin[3:]}", second)
    assert not pin_matches("000000" if pin != "000000" else "111111", first)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "plain",
        "scrypt$1$2",
        "md5$1$8$1$aaaa$bbbb",
        "scrypt$x$8$1$a$b",
        "scrypt$16384$8$1$%%%$!!!",
        "scrypt$3$8$1$YWFh$YWFh",
    ],
)
def test_a_broken_stored_pin_matches_nothing(stored: str) -> None:
    assert not pin_matches("", stored)
    assert not pin_matches("482913", stored)
