"""What can't be undone asks first, and says how much goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.journal.keeping.forget_in_time import GRACE
from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON


def text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


@pytest.fixture
def old_nights(pages: Pages) -> Pages:
    for days in (10, 100, 200, 200):
        nights.write(pages.journal, NOON.replace(hour=3) - timedelta(days=days))
    return pages


def keep(client: FlaskClient, days: str, **more: object):
    return send(client, "/settings/privacy", {"privacy-keep_days": days, **more}, page="/settings/privacy")


def test_a_shorter_keeping_says_how_many_nights_go_and_saves_nothing_before_the_answer(
    old_nights: Pages, client: FlaskClient
) -> None:
    answer = keep(client, "90")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "2 netter er eldre enn 90 dager" in page
    assert 'value="90"' in page  # what was typed still stands there
    assert old_nights.settings.privacy.keep_days == 0
    assert keep(client, "90", sure="30").status_code == 409  # the answer was to another question
    assert keep(client, "90", sure="90").status_code == 302
    assert old_nights.settings.privacy.keep_days == 90


def test_a_keeping_that_lets_nothing_go_is_saved_at_once(old_nights: Pages, client: FlaskClient) -> None:
    assert keep(client, "365").status_code == 302
    assert old_nights.settings.privacy.keep_days == 365


def test_the_page_says_how_long_a_night_really_stays(old_nights: Pages, client: FlaskClient) -> None:
    assert timedelta(days=7) == GRACE  # the texts of prompts/settings.toml say «ei uke»
    old_nights.set(privacy__keep_days=90)
    page = text(client, "/settings/privacy")
    assert "i 97 dager" in page
    assert "104 dager" in page
    assert "2 netter er nå eldre enn 90 dager" in page


def test_a_copy_that_was_asked_for_is_told_apart(client: FlaskClient) -> None:
    send(client, "/exchange/backup", page="/exchange")
    assert "tatt for hånd" in text(client, "/exchange")


HAND = {"day": "2026-11-20", "clock": "03:15", "minutes": "", "place": "calf", "side": "left"}


def test_a_second_cramp_at_the_same_time_asks_first(pages: Pages, client: FlaskClient) -> None:
    there = nights.write(pages.journal, NOON.replace(hour=3, minute=12))
    answer = send(client, "/nights/add", HAND)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Den natta står det alt ei krampe her: 03:12" in page
    assert f"/episodes/{there}" in page
    assert 'value="03:15"' in page
    assert len(pages.journal.episodes()) == 1
    assert send(client, "/nights/add", HAND | {"another": there}).status_code == 302
    assert len(pages.journal.episodes()) == 2


def test_one_pressed_twice_is_not_written_twice(pages: Pages, client: FlaskClient) -> None:
    assert send(client, "/nights/add", HAND).status_code == 302
    assert send(client, "/nights/add", HAND).status_code == 409
    assert len(pages.journal.episodes()) == 1


def test_a_cramp_at_another_hour_is_added_without_a_question(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, NOON.replace(hour=3, minute=12))
    assert send(client, "/nights/add", HAND | {"clock": "04:30"}).status_code == 302


def test_what_was_written_in_is_over_and_nobody_is_said_to_have_called(client: FlaskClient) -> None:
    address = send(client, "/nights/add", HAND).location
    page = text(client, address)
    assert "ikke avsluttet" not in page
    assert "Du sa ifra" not in page
    assert "Begynte" in page
