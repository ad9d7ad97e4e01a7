"""The doctor's sheet: the strip of nights, words by night; and when the page says to see the doctor."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import OSLO

AT = datetime(2026, 11, 20, 3, 12, tzinfo=OSLO)


def body(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def squares(shown: str) -> list[str]:
    strip = re.search(r'<ol class="strip">(.*?)</ol>', shown, re.S)
    assert strip
    return re.findall(r'<span class="hidden">(.*?)</span></li>', strip[1])


def test_six_weeks_of_nights_stand_in_a_row_with_the_medicines_that_changed(
    pages: Pages, client: FlaskClient
) -> None:
    nights.write(pages.journal, AT)
    nights.write(pages.journal, AT - timedelta(days=60))
    pages.set(profile__medicines="Burinex, siden 10.11.2026")
    found = squares(body(client, "/doctor?days=90"))
    assert len(found) == 42
    assert found[-1] == "natt til 20. nov. 2026: 1 krampe."
    assert found[-2] == "natt til 19. nov. 2026: ingen data."
    assert found[-11] == "natt til 10. nov. 2026: ingen data. begynte på en medisin."


def test_the_six_weeks_of_stretching_stand_with_their_answers_and_what_was_not_answered(
    pages: Pages, client: FlaskClient
) -> None:
    for days, outcome in enumerate(("done", "declined", "silence", "done")):
        row = {"routine": "evening", "outcome": outcome}
        pages.journal.append(
            "routine_ended", row, None, AT - timedelta(days=10, hours=5) + timedelta(days=days)
        )
    for days, answer in ((2, "fewer"), (1, "unsure")):
        row = {"question": "programme_week", "answer": answer}
        pages.journal.append("programme_answer", row, None, AT - timedelta(days=days, hours=5))
    shown = body(client, "/doctor")
    assert "2 av 3 kvelder det er svart på; 1 uten svar" in shown
    assert re.search(
        r"fra 9. nov. 2026: 2 av \d+ kvelder bekreftet. Spurt hver uke om krampene: usikker", shown
    )


def test_a_shorter_period_has_a_shorter_strip(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    assert len(squares(body(client, "/doctor?days=14"))) == 14


def test_own_words_stand_by_the_night_they_are_about(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT - timedelta(days=5))
    send(client, f"/episodes/{uuid}/note", {"text": "Gikk mye den dagen"})
    assert re.search(r"<dt>natt til 15. nov. 2026</dt><dd>Gikk mye den dagen</dd>", body(client, "/doctor"))


def test_a_spread_is_told_in_the_doctors_words(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    assert "median 7, høyest 7 (kjent for 1 av 1)" in body(client, "/doctor")


def test_the_strip_stands_in_the_pdf_too(pages: Pages, client: FlaskClient) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    nights.write(pages.journal, AT)
    words = pdfium.PdfDocument(client.get("/doctor.pdf").data)[0].get_textpage().get_text_bounded()
    assert "Natt for natt" in words
    assert "10.10." in words


OFTEN = "Ta det opp med fastlegen, på dagtid"


def test_cramps_on_three_nights_of_a_week_are_one_for_the_doctor(pages: Pages, client: FlaskClient) -> None:
    for days in (0, 3):
        nights.write(pages.journal, AT - timedelta(days=days))
    assert OFTEN not in body(client, "/")
    nights.write(pages.journal, AT - timedelta(days=7))  # eight nights ago
    assert OFTEN not in body(client, "/")
    nights.write(pages.journal, AT - timedelta(days=6))
    assert "Krampe 3 av de siste 7 nettene." in body(client, "/")


def test_several_in_one_night_are_one_for_the_doctor(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT)
    nights.write(pages.journal, AT + timedelta(hours=1))
    assert "2 kramper på ei natt." in body(client, "/")


def test_a_night_of_bad_sleep_is_one_for_the_doctor(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/morning", {"sleep_disturbance": "6"})
    assert OFTEN not in body(client, "/")
    send(client, f"/episodes/{uuid}/morning", {"sleep_disturbance": "7"})
    assert "Søvnen ble forstyrret 7 av 10." in body(client, "/")


def test_a_false_start_is_no_cramp_for_the_doctor(pages: Pages, client: FlaskClient) -> None:
    for days in range(4):
        nights.write(pages.journal, AT - timedelta(days=days), nights.FALSE_START)
    assert OFTEN not in body(client, "/")
