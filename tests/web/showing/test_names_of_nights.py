"""A night has one name, after its morning, wherever it is named."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from skill.web.forms.fields import FormProblem, parse_day
from skill.web.showing import dates
from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON, OSLO

NIGHT = date(2026, 11, 19)  # to Friday the 20th


def body(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_in_each_length_it_is_the_same_night() -> None:
    assert dates.night_name("nb", NIGHT) == "natt til fredag 20. november 2026"
    assert dates.night_short("nb", NIGHT) == "natt til 20. nov. 2026"
    assert dates.night_axis("nb", NIGHT) == "20.11."
    assert dates.night_axis("nb", NIGHT, year=True) == "20.11.26"
    assert dates.night_name("nn", NIGHT).startswith("natt til fredag 20.")
    assert dates.night_name("en", NIGHT) == "night to Friday 20 November 2026"


def test_a_cramp_before_midnight_has_the_name_of_its_morning_everywhere(
    pages: Pages, client: FlaskClient
) -> None:
    at = datetime(2026, 11, 19, 23, 50, tzinfo=OSLO)
    uuid = nights.write(pages.journal, at)
    pages.journal.change(uuid, [("morning_answer", {"question": "fall", "answer": "yes"})], NOON)
    assert "Natt til fredag 20. november 2026" in body(client, f"/episodes/{uuid}")
    assert "Natt til fredag 20. november 2026" in body(client, "/nights")
    assert re.search(r'name="day" type="date" value="2026-11-20"', body(client, f"/episodes/{uuid}/edit"))
    overview = body(client, "/")
    assert '<th scope="row">20. nov. 2026</th>' in overview
    doctor = body(client, "/doctor")
    assert "til og med natt til 20. nov. 2026" in doctor
    assert re.search(r"Fall, natt til</dt><dd>20\. nov\. 2026", doctor)
    assert re.search(r'id="to" name="to" type="date" value="2026-11-20"', doctor)
    assert "natt til lørdag 28. november 2026 står som 2026-11-27" in body(client, "/exchange")


def test_a_missed_cramp_is_filed_under_the_night_that_was_named(pages: Pages, client: FlaskClient) -> None:
    before, after = (
        send(client, "/nights/add", {"day": "2026-11-20", "clock": clock}).location.rsplit("/", 1)[1]
        for clock in ("23:30", "00:30")
    )
    assert pages.journal.episode(before).started_at == datetime(2026, 11, 19, 23, 30, tzinfo=OSLO)
    assert pages.journal.episode(after).started_at == datetime(2026, 11, 20, 0, 30, tzinfo=OSLO)
    assert pages.journal.episode(before).night == pages.journal.episode(after).night == NIGHT


def test_a_chart_over_two_years_says_which(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, NOON - timedelta(days=364))
    assert re.search(r"\d+\.\d+\.25<", body(client, "/?days=365"))


@pytest.mark.parametrize("typed", ["2026-11-28", "28.11.2026", "28.11.26", "28/11-2026", " 28.11.2026 "])
def test_a_date_as_people_type_it(typed: str) -> None:
    assert parse_day("day", typed) == date(2026, 11, 28)


@pytest.mark.parametrize("typed", ["31.2.2026", "28.11", "i går", "", "28.11.20261", "٢٨.١١.٢٠٢٦"])
def test_a_date_that_is_none(typed: str) -> None:
    with pytest.raises(FormProblem):
        parse_day("day", typed)
