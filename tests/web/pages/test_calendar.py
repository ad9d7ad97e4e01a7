"""The calendar of nights and the search in notes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient

from tests.web import nights
from tests.web.conftest import NOON, OSLO, Pages, send

AT = datetime(2026, 11, 20, 3, 12, tzinfo=OSLO)


def body(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_each_night_stands_on_its_morning_and_leads_to_its_cramps(pages: Pages, client: FlaskClient) -> None:
    pages.journal.append("service_started", {"app": "0.1.0"}, None, NOON - timedelta(days=10))
    nights.write(pages.journal, AT)
    shown = body(client, "/nights?month=2026-11")
    assert re.search(
        r'class="day bad"><a href="#night-2026-11-19"><span aria-hidden="true">20<b>1</b>', shown
    )
    assert 'id="night-2026-11-19"' in shown
    assert "natt til 20. nov. 2026: 1 krampe." in shown
    assert "natt til 19. nov. 2026: ingen krampe" in shown


def test_a_night_over_the_turn_of_the_month_is_of_the_month_of_its_morning(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, datetime(2026, 10, 31, 23, 30, tzinfo=OSLO))
    assert uuid in body(client, "/nights?month=2026-11")
    assert uuid not in body(client, "/nights?month=2026-10")


def test_a_night_that_nobody_heard_is_not_drawn_as_a_good_one(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT - timedelta(days=8))
    shown = body(client, "/nights?month=2026-11")
    assert re.search(r'class="day dark"><a href="#night-2026-11-15">', shown)
    assert "natt til 16. nov. 2026: ingen data" in shown


def test_notes_of_any_year_are_found_by_their_words(pages: Pages, client: FlaskClient) -> None:
    old = nights.write(pages.journal, AT - timedelta(days=700))
    new = nights.write(pages.journal, AT)
    send(client, f"/episodes/{old}/note", {"text": "Gikk på Østmarka hele dagen"})
    send(client, f"/episodes/{new}/note", {"text": "Sov godt"})
    shown = body(client, "/nights?search=dagen+østmarka")
    assert old in shown
    assert new not in shown
    assert "1 krampe." in shown
    assert "<script>" not in body(client, "/nights?search=<script>")


def test_the_answer_stands_before_the_charts_and_a_period_stays_where_one_was(
    pages: Pages, client: FlaskClient
) -> None:
    nights.write(pages.journal, AT)
    shown = body(client, "/")
    assert shown.index("For få netter til å si noe") < shown.index('id="by-night"')
    assert 'href="/?days=90#longer"' in shown
    assert 'id="longer"' in shown


def test_a_night_that_is_not_over_is_not_said_to_be_without_a_cramp(
    pages: Pages, client: FlaskClient
) -> None:
    pages.journal.append("service_started", {"app": "0.1.0"}, None, NOON - timedelta(days=10))
    nights.write(pages.journal, AT)
    assert "natt til 21. nov. 2026" not in body(client, "/nights?month=2026-11")
