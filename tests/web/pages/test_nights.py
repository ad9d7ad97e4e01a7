"""The list of nights, one episode, and everything a person may do with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON, OSLO

HOSTILE = "<script>alert(1)</script>{{7*7}}=cmd|'/c calc'!A1 æøå ÆØÅ «–» \u202e'\";--"
AT = datetime(2026, 11, 20, 3, 12, tzinfo=OSLO)


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def edit_form(client: FlaskClient, uuid: str) -> dict[str, str]:
    """The edit form as a browser would send it back untouched."""
    body = text(client, f"/episodes/{uuid}/edit")
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))
    form |= {name.removeprefix("was_"): value for name, value in form.items() if name.startswith("was_")}
    return form


# --- how far away ---------------------------------------------------------------------------------------


def test_every_night_of_every_year_is_two_taps_from_the_overview(pages: Pages, client: FlaskClient) -> None:
    written = [AT, AT - timedelta(days=70), AT - timedelta(days=400), AT - timedelta(days=3000)]
    for at in written:
        nights.write(pages.journal, at)
    near = set(re.findall(r'href="(/nights[^"]*)"', text(client, "/")))
    reached = {link for page in near for link in re.findall(r"#night-([\d-]+)\"", text(client, page))}
    assert reached >= {(at.date() - timedelta(days=1)).isoformat() for at in written}


# --- the list --------------------------------------------------------------------------------------------


def test_a_night_belongs_to_the_evening_it_began(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, AT.replace(hour=23, minute=50) - timedelta(days=1))
    nights.write(pages.journal, AT.replace(hour=0, minute=10))
    body = text(client, "/nights")
    assert body.count("Natt til fredag 20. november 2026") == 1
    assert "23:50" in body
    assert "00:10" in body


def test_the_night_summer_time_begins_and_the_one_it_ends_are_told_apart(
    pages: Pages, client: FlaskClient
) -> None:
    nights.write(pages.journal, datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=0))
    nights.write(pages.journal, datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=1))
    nights.write(pages.journal, datetime(2026, 3, 29, 3, 5, tzinfo=OSLO))
    assert text(client, "/nights?month=2026-10").count("02:30") == 2
    assert "03:05" in text(client, "/nights?month=2026-03")


def test_nights_that_nobody_heard_are_shown_as_no_data_not_as_empty(
    pages: Pages, client: FlaskClient
) -> None:
    pages.journal.append("service_started", {"app": "0.1.0"}, None, NOON - timedelta(days=10))
    nights.write(pages.journal, AT - timedelta(days=8))
    pages.journal.append("deaf_from", {"source": "microphone"}, None, NOON - timedelta(days=5))
    pages.journal.append("hearing_again", {"source": "microphone"}, None, NOON - timedelta(days=3))
    body = text(client, "/nights")
    assert body.count("Ingen data: apparatet var av eller hørte ikke") == 2
    assert "Det betyr ikke at natta var uten krampe" in body


def test_false_starts_are_hidden_until_asked_for_and_then_asked_about(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT, nights.FALSE_START)
    assert uuid not in text(client, "/nights")
    body = text(client, "/nights?false_starts=1")
    assert uuid in body
    assert "Var dette ei krampe?" in body


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("place=foot", 1),
        ("place=calf", 1),
        ("side=right", 1),
        ("worst=7", 2),
        ("worst=8", 0),
        ("place=foot&side=left", 0),
        ("place=nonsense", 2),
    ],
)
def test_filters(pages: Pages, client: FlaskClient, query: str, seen: int) -> None:
    found = [
        nights.write(pages.journal, AT, place="calf", side="left"),
        nights.write(pages.journal, AT - timedelta(days=1), place="foot", side="right"),
    ]
    body = text(client, f"/nights?month=2026-11&{query}")
    assert sum(uuid in body for uuid in found) == seen


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0001-01", "9999-12", "2026-11-20", "%00"])
def test_a_month_that_is_nonsense_shows_this_one(client: FlaskClient, month: str) -> None:
    assert client.get(f"/nights?month={month}").status_code == 200


# --- one episode -----------------------------------------------------------------------------------------


def test_the_time_line_shows_what_was_heard_said_and_done(pages: Pages, client: FlaskClient) -> None:
    body = text(client, f"/episodes/{nights.write(pages.journal, AT)}")
    for line in (
        "«krampe i leggen»",
        "Jeg er her. Strekk ut beinet.",
        "Trekk tærne opp mot deg.",
        "«det er bedre»",
        "Hvordan gikk det: bedre",
        "Slutt: krampa slapp",
        "03:12:33",
        "fra du sa ifra",
    ):
        assert line in body, line


def test_without_consent_the_meaning_stands_where_the_words_would(pages: Pages, client: FlaskClient) -> None:
    rows: nights.Rows = [(1, "heard", {"intent": "cramp", "value": "calf", "phrase": "", "grammar": "idle"})]
    body = text(client, f"/episodes/{nights.write(pages.journal, AT, rows)}")
    assert "Sa noe som betyr: krampe (legg)" in body


def test_not_asked_and_not_answered_are_kept_apart(pages: Pages, client: FlaskClient) -> None:
    body = text(client, f"/episodes/{nights.write(pages.journal, AT)}")
    row = re.search(r"Har du fått vondt i brystet i natt\?.*?</tr>", body, re.S)
    assert row is not None
    assert "ikke svart" in row[0]
    sleep = re.search(r"Hvor mye søvnen ble forstyrret.*?</dd>", body, re.S)
    assert sleep is not None
    assert "ikke spurt" in sleep[0]
    assert "mer hoven" not in body  # never asked: not in the table at all


def test_a_danger_sign_shows_its_advice_and_whether_it_was_followed(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT, nights.DANGER)
    body = text(client, f"/episodes/{uuid}")
    assert "Faretegn: hoven legg" in body
    assert "Rådet du fikk: «Hold beinet i ro. Ring legevakta" in body
    assert "Sagt én gang til." in body
    assert "ikke spurt" in body
    send(client, f"/episodes/{uuid}/morning", {"advice_followed:T2": "yes"}, page=f"/episodes/{uuid}/morning")
    body = text(client, f"/episodes/{uuid}")
    assert re.search(r"Fulgte du rådet\?\s*<strong>ja</strong>", body)


@pytest.mark.parametrize("address", ["", "/edit", "/morning"])
def test_an_episode_that_does_not_exist(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/episodes/{uuid4()}{address}")
    assert answer.status_code == 404
    assert "Denne sida finnes ikke" in answer.get_data(as_text=True)


# --- editing ---------------------------------------------------------------------------------------------


def test_a_correction_is_an_event_and_the_night_itself_stays(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    before = pages.journal.events(uuid)
    form = edit_form(client, uuid) | {"place": "foot", "minutes": "10"}
    assert client.post(f"/episodes/{uuid}/edit", data=form).status_code == 302
    episode = pages.journal.episode(uuid)
    assert episode.place == "foot"
    assert episode.duration_s == 600
    after = pages.journal.events(uuid)
    assert after[: len(before)] == before
    assert [e.text("field") for e in after[len(before) :]] == ["ended_at", "place"]


def test_saving_without_a_change_writes_nothing(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT + timedelta(seconds=17))
    form = edit_form(client, uuid)
    before = pages.journal.last_id()
    assert client.post(f"/episodes/{uuid}/edit", data=form).status_code == 302
    assert pages.journal.last_id() == before


def test_a_new_start_later_than_the_end_takes_the_end_along(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    form = edit_form(client, uuid) | {"clock": "4.30"}
    client.post(f"/episodes/{uuid}/edit", data=form)
    episode = pages.journal.episode(uuid)
    assert episode.started_at == AT.replace(hour=4, minute=30)
    assert episode.duration_s == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": "i går"}, "Skriv en dato"),
        ({"day": "1850-01-01"}, "for langt tilbake"),
        ({"day": "2030-01-01"}, "Tidspunktet har ikke vært ennå"),
        ({"clock": "25:99"}, "Skriv klokkeslettet"),
        ({"clock": "x"}, "Skriv klokkeslettet"),
        ({"minutes": "-4"}, "hvor mange minutter"),
        ({"minutes": "1e9"}, "hvor mange minutter"),
        ({"minutes": "1440"}, "ikke over ennå"),
        ({"pain_before": "11"}, "fra 0 til 10"),
        ({"place": "moon"}, "ett av svarene"),
        ({"day": "2026-03-29", "clock": "02:30"}, "fantes ikke den natta"),
    ],
)
def test_nonsense_gets_one_clear_sentence_and_nothing_is_saved(
    pages: Pages, client: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    uuid = nights.write(pages.journal, AT)
    before = pages.journal.last_id()
    form = edit_form(client, uuid) | {"side": "right"} | change
    answer = client.post(f"/episodes/{uuid}/edit", data=form)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert sentence in body
    assert pages.journal.last_id() == before
    assert re.search(r'name="side" value="right" checked', body)  # what was typed still stands there


def test_two_tabs_do_not_overwrite_each_other(pages: Pages) -> None:
    uuid = nights.write(pages.journal, AT)
    first, second = pages.client(), pages.client()
    one, two = edit_form(first, uuid), edit_form(second, uuid)
    first.post(f"/episodes/{uuid}/edit", data=one | {"place": "foot"})
    answer = second.post(f"/episodes/{uuid}/edit", data=two | {"side": "right"})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "endret i ei anna fane" in body
    assert pages.journal.episode(uuid).side == "left"
    # the first tab's place now stands in the form, the second tab's side on top of it: saving keeps both
    assert re.search(r'name="place" value="foot" checked', body)
    assert re.search(r'name="side" value="right" checked', body)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))
    form = hidden | {n.removeprefix("was_"): v for n, v in hidden.items() if n.startswith("was_")}
    assert second.post(f"/episodes/{uuid}/edit", data=form | {"side": "right"}).status_code == 302
    episode = pages.journal.episode(uuid)
    assert (episode.place, episode.side) == ("foot", "right")


def test_each_edit_can_be_undone(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    client.post(f"/episodes/{uuid}/edit", data=edit_form(client, uuid) | {"pain_before": "3"})
    body = text(client, f"/episodes/{uuid}")
    assert "fra «7» til «3»" in body
    event = re.search(r'name="event" value="([^"]+)"', body)
    assert event is not None
    send(client, f"/episodes/{uuid}/undo", {"event": event[1]})
    assert pages.journal.episode(uuid).pain_before == 7


def test_delete_and_undo(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    answer = send(client, f"/episodes/{uuid}/delete")
    assert pages.journal.episode(uuid).deleted
    body = text(client, answer.location)
    assert "er slettet" in body
    assert f'action="/episodes/{uuid}/restore"' in body
    send(client, f"/episodes/{uuid}/restore")
    assert not pages.journal.episode(uuid).deleted


def test_deleting_twice_and_restoring_twice_write_once(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    for what in ("delete", "delete", "restore", "restore"):
        send(client, f"/episodes/{uuid}/{what}")
    kinds = [e.kind for e in pages.journal.events(uuid)]
    assert kinds.count("deleted") == kinds.count("restored") == 1


def test_was_this_a_cramp(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT, nights.SILENT)
    assert "Var dette ei krampe?" in text(client, f"/episodes/{uuid}")
    send(client, f"/episodes/{uuid}/verdict", {"cramp": "no"})
    assert pages.journal.episode(uuid).false_start
    assert uuid not in text(client, "/nights")
    assert "Var dette ei krampe?" not in text(client, f"/episodes/{uuid}")
    send(client, f"/episodes/{uuid}/verdict", {"cramp": "yes"})
    assert uuid in text(client, "/nights")


# --- words -----------------------------------------------------------------------------------------------


def test_a_hostile_note_is_shown_as_it_was_written_and_does_nothing(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/note", {"text": HOSTILE})
    body = text(client, f"/episodes/{uuid}")
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}=cmd" in body
    assert pages.journal.episode(uuid).notes[0].text == HOSTILE.replace("\u202e", "")


def test_a_note_that_is_too_long_comes_back_whole(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    answer = send(client, f"/episodes/{uuid}/note", {"text": "x" * 4001})
    assert answer.status_code == 400
    assert "x" * 4001 in answer.get_data(as_text=True)
    assert pages.journal.episode(uuid).notes == ()


def test_a_note_can_be_changed_and_taken_away(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    send(client, f"/episodes/{uuid}/note", {"text": "først"})
    note = pages.journal.episode(uuid).notes[0].uuid
    send(client, f"/episodes/{uuid}/note", {"text": "så", "note": note})
    assert [n.text for n in pages.journal.episode(uuid).notes] == ["så"]
    send(client, f"/episodes/{uuid}/note", {"text": "", "note": note})
    assert pages.journal.episode(uuid).notes == ()


# --- by hand and in the morning --------------------------------------------------------------------------


def test_a_missed_cramp_is_added_whole(pages: Pages, client: FlaskClient) -> None:
    form = {
        "day": "2026-11-20",
        "clock": "0345",
        "minutes": "2,5",
        "place": "toes",
        "side": "both",
        "pain_before": "6",
        "sleep_disturbance": "4",
        "text": "Sto opp.",
    }
    answer = send(client, "/nights/add", form)
    episode = pages.journal.episode(answer.location.rsplit("/", 1)[1])
    assert episode.by_hand
    assert (episode.started_at, episode.duration_s) == (AT.replace(hour=3, minute=45), 150)
    assert (episode.place, episode.side, episode.pain_before, episode.sleep_disturbance) == (
        "toes",
        "both",
        6,
        4,
    )
    assert episode.notes[0].text == "Sto opp."
    assert "skrevet inn" in text(client, "/nights")


def test_a_missed_cramp_with_nonsense_is_not_half_added(pages: Pages, client: FlaskClient) -> None:
    before = pages.journal.last_id()
    form = {"day": "2026-11-20", "clock": "03:45", "minutes": "4", "pain_before": "99"}
    assert send(client, "/nights/add", form).status_code == 400
    assert pages.journal.last_id() == before


def test_morning_answers_fill_the_diary(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    form = {
        "pain_before": "7",
        "sleep_disturbance": "8",
        "soreness": "2",
        "fall": "no",
        "stretched_evening": "yes",
        "triggers": ["little_fluid", "alcohol"],
        "t8_urine": "no",
    }
    send(client, f"/episodes/{uuid}/morning", form, page=f"/episodes/{uuid}/morning")
    episode = pages.journal.episode(uuid)
    assert episode.sleep_disturbance == 8
    assert episode.question("triggers").answer == "alcohol little_fluid"
    assert episode.question("fall").answer == "no"
    assert episode.question("t7_fever").state == "not_asked"
    assert "Drakk lite" in text(client, f"/episodes/{uuid}")


def test_the_morning_asks_whether_the_advice_was_followed(pages: Pages, client: FlaskClient) -> None:
    danger, calm = nights.write(pages.journal, AT, nights.DANGER), nights.write(pages.journal, AT)
    assert "Du fikk et råd (hoven legg). Fulgte du det?" in text(client, f"/episodes/{danger}/morning")
    assert "Fulgte du det?" not in text(client, f"/episodes/{calm}/morning")


def test_a_danger_sign_in_the_morning_gets_its_advice_at_once_and_is_kept(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT)
    page = f"/episodes/{uuid}/morning"
    answer = send(client, page, {"t8_urine": "yes"}, page=page, follow=True)
    assert "Ring legevakta, 116 117" in answer.get_data(as_text=True)
    sign = pages.journal.episode(uuid).danger_signs[0]
    assert (sign.sign, sign.number) == ("T8", "116117")
