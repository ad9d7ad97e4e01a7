"""The calendar of nights and the search in notes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient

from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON, OSLO

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


def test_any_night_is_two_taps_from_the_list_of_nights(pages: Pages, client: FlaskClient) -> None:
    old = nights.write(pages.journal, AT - timedelta(days=900))
    first_tap = re.findall(r'href="(/nights\?year=\d+)"', body(client, "/nights"))
    assert first_tap == [f"/nights?year={year}" for year in (2026, 2025, 2024)]
    second_tap = re.search(r'href="(/nights\?month=2024-06#night-2024-06-02)"', body(client, first_tap[-1]))
    assert second_tap
    shown = body(client, second_tap[1])
    assert 'id="night-2024-06-02"' in shown
    assert old in shown


def test_a_date_in_the_search_leads_to_its_night(client: FlaskClient) -> None:
    answer = client.get("/nights?search=24.3.2025")
    assert answer.location == "/nights?month=2025-03#night-2025-03-23"
    assert client.get("/nights?search=24.3.2999").status_code == 200  # words, as far as anybody knows


def test_a_year_without_sense_shows_one_that_has_been(client: FlaskClient) -> None:
    assert "2026" in body(client, "/nights?year=9999")
    assert client.get("/nights?year=0000").status_code == 200


def test_stretching_bad_sleep_and_medicines_are_marks_in_the_calendar(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/morning", {"stretched_evening": "yes", "sleep_disturbance": "8"})
    pages.set(profile__medicines="Burinex, siden 10.11.2026\nZocor til 12.11.2026")
    for address in ("/nights?month=2026-11", "/nights?year=2026", "/"):
        shown = body(client, address)
        assert "natt til 20. nov. 2026: 1 krampe. dårlig søvn, 7 eller mer. tøyde om kvelden." in shown
        assert re.search(r"natt til 10. nov. 2026: [\w ]+ begynte på en medisin\.", shown), address
        assert re.search(r"natt til 12. nov. 2026: [\w ]+ sluttet med en medisin\.", shown), address


def test_pain_and_sleep_over_time_with_their_numbers(pages: Pages, client: FlaskClient) -> None:
    assert "Smerte og søvn" not in body(client, "/")
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/morning", {"sleep_disturbance": "4", "pain_before": "7"})
    for address in ("/", "/?days=365"):
        shown = body(client, address)
        assert "Smerte og søvn, " in shown
        assert re.search(r'<td class="n">7</td><td class="n">4</td>', shown)


def test_the_day_before_claims_no_cause(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    assert "Dagen før netter med krampe" not in body(client, "/")
    send(client, f"/episodes/{uuid}/morning", {"triggers": ["alcohol"]})
    shown = body(client, "/")
    assert "Drakk alkohol" in shown
    assert "viser ikke tallene hva krampene kommer av" in shown


def test_an_exercise_is_said_to_help_from_three_tries_on(pages: Pages, client: FlaskClient) -> None:
    for days in (0, 1):
        nights.write(pages.journal, AT - timedelta(days=days))
    assert "For få forsøk til å si noe." in body(client, "/")
    nights.write(pages.journal, AT - timedelta(days=2))
    assert "3 av 3" in body(client, "/")
