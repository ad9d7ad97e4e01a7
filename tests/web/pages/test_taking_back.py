"""What was answered by mistake can be taken back, with everything that followed from it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.web import nights
from tests.web.conftest import Pages, send
from tests.web.listener import NOON, OSLO

AT = datetime(2026, 11, 20, 3, 12, tzinfo=OSLO)


def answer(client: FlaskClient, uuid: str, form: dict[str, object], step: str = "") -> str:
    """Send the morning's form; the address that it leads to."""
    page = f"/episodes/{uuid}/morning{step}"
    return str(send(client, page, form, page=page).location)


def body(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def undo_line(client: FlaskClient, uuid: str, text: str) -> None:
    """Press «Angre» in the line of the list of changes that holds `text`."""
    rows = re.findall(r"<tr>.*?</tr>", body(client, f"/episodes/{uuid}"), re.S)
    row = next(r for r in rows if text in r and 'name="event"' in r)
    found = re.search(r'name="event" value="([^"]+)"', row)
    assert found
    assert send(client, f"/episodes/{uuid}/undo", {"event": found[1]}).status_code == 302


# --- the question tables ---------------------------------------------------------------------------------


def test_a_wound_alone_is_never_asked_about_and_no_danger_sign(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    form = body(client, f"/episodes/{uuid}/morning")
    assert "sår" not in form
    answer(client, uuid, {"t9_wound": "yes"})
    assert pages.journal.episode(uuid).danger_signs == ()


def test_cramps_elsewhere_lead_on_one_question_at_a_time_as_the_voice_asks(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT)
    assert answer(client, uuid, {"t9_elsewhere": "yes"}).endswith("/morning/t9_jaw")
    assert "kjeven" in body(client, f"/episodes/{uuid}/morning/t9_jaw")
    assert pages.journal.episode(uuid).danger_signs == ()
    assert answer(client, uuid, {"t9_jaw": "no"}, "/t9_jaw").endswith("/morning/t9_wound")
    answer(client, uuid, {"t9_wound": "yes"}, "/t9_wound")
    sign = pages.journal.episode(uuid).danger_signs[0]
    assert (sign.sign, sign.number) == ("T9", "113")


def test_the_page_uses_the_voices_own_words(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    script = pages.app.extensions["krampevakt"].script("nb")
    for name in ("t7_fever", "t8_urine", "t9_elsewhere"):
        assert script.texts[f"ask.{name}"] in body(client, f"/episodes/{uuid}/morning")


def test_a_question_that_is_no_danger_sign_has_no_page_of_its_own(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    assert client.get(f"/episodes/{uuid}/morning/better").status_code == 404
    assert client.get(f"/episodes/{uuid}/morning/nonsense").status_code == 404


# --- taking back -----------------------------------------------------------------------------------------


def test_a_mistaken_yes_is_taken_back_with_its_danger_sign_and_comes_back_when_that_is_undone(
    pages: Pages, client: FlaskClient
) -> None:
    uuid = nights.write(pages.journal, AT)
    answer(client, uuid, {"t8_urine": "yes"})
    assert len(pages.journal.episode(uuid).danger_signs) == 1
    assert "mørk urin" in body(client, "/doctor")
    before = pages.journal.events(uuid)
    assert send(client, f"/episodes/{uuid}/take-back", {"question": "t8_urine"}).status_code == 302
    episode = pages.journal.episode(uuid)
    assert episode.danger_signs == ()
    assert episode.question("t8_urine").state == "not_asked"
    assert "mørk urin" not in body(client, "/doctor")
    assert pages.journal.events(uuid)[: len(before)] == before  # nothing that was written is lost
    undo_line(client, uuid, "Tatt tilbake")
    assert len(pages.journal.episode(uuid).danger_signs) == 1


def test_a_yes_changed_to_no_takes_the_danger_sign_away(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    answer(client, uuid, {"t8_urine": "yes"})
    answer(client, uuid, {"t8_urine": "no"})
    episode = pages.journal.episode(uuid)
    assert episode.question("t8_urine").answer == "no"
    assert episode.danger_signs == ()


def test_what_an_answer_led_to_falls_with_it(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    answer(client, uuid, {"t9_elsewhere": "yes"})
    answer(client, uuid, {"t9_jaw": "yes"}, "/t9_jaw")
    assert pages.journal.episode(uuid).danger_signs
    answer(client, uuid, {"t9_elsewhere": "no"})
    episode = pages.journal.episode(uuid)
    assert episode.danger_signs == ()
    assert episode.question("t9_jaw").state == "not_asked"


def test_a_spoken_answer_is_taken_back_with_its_danger_sign(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT, nights.DANGER)
    send(client, f"/episodes/{uuid}/take-back", {"question": "t2"})
    assert pages.journal.episode(uuid).danger_signs == ()


def test_not_answered_is_stored_and_not_only_thanked_for(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    answer(client, uuid, {"sleep_disturbance": "8", "fall": "yes", "pain_before": "7"})
    answer(client, uuid, {"sleep_disturbance": "", "fall": "", "pain_before": ""})
    episode = pages.journal.episode(uuid)
    assert episode.sleep_disturbance is None
    assert episode.pain_before is None
    assert episode.question("fall").state == "not_asked"


def test_nothing_is_thanked_for_that_was_not_saved(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    page = f"/episodes/{uuid}/morning"
    shown = send(client, page, {"pain_before": "7"}, page=page, follow=True).get_data(as_text=True)
    assert "Takk" not in shown
    assert "Ingenting var endret" in shown


@pytest.mark.parametrize("kind", ["note", "answer", "delete"])
def test_every_line_of_the_changes_has_its_undo(pages: Pages, client: FlaskClient, kind: str) -> None:
    uuid = nights.write(pages.journal, AT)
    if kind == "note":
        send(client, f"/episodes/{uuid}/note", {"text": "Gikk mye"})
        undo_line(client, uuid, "Notat")
        assert pages.journal.episode(uuid).notes == ()
    elif kind == "answer":
        answer(client, uuid, {"fall": "yes", "pain_before": "7"})
        undo_line(client, uuid, "Falt du")
        assert pages.journal.episode(uuid).question("fall").state == "not_asked"
    else:
        send(client, f"/episodes/{uuid}/delete")
        undo_line(client, uuid, "Slettet")
        assert not pages.journal.episode(uuid).deleted


def test_an_answer_that_is_not_there_cannot_be_taken_back(pages: Pages, client: FlaskClient) -> None:
    uuid = nights.write(pages.journal, AT)
    assert send(client, f"/episodes/{uuid}/take-back", {"question": "t8_urine"}).status_code == 409


# --- once a morning, and only for recent nights ----------------------------------------------------------


def test_what_is_asked_of_the_morning_is_asked_once_and_not_once_a_cramp(
    pages: Pages, client: FlaskClient
) -> None:
    first = nights.write(pages.journal, AT)
    second = nights.write(pages.journal, AT + timedelta(hours=1))
    answer(client, first, {"pain_before": "7", "sleep_disturbance": "8", "fall": "no"})
    shown = body(client, f"/episodes/{second}/morning")
    assert re.search(r'name="sleep_disturbance" value="8" checked', shown)
    assert re.search(r'name="fall" value="no" checked', shown)
    answer(client, second, {"pain_before": "4", "sleep_disturbance": "6", "fall": "no"})
    assert pages.journal.episode(first).sleep_disturbance == 6
    assert pages.journal.episode(second).sleep_disturbance is None
    assert pages.journal.episode(second).pain_before == 4
    assert "Vil du svare på noe om natta?" not in body(client, "/")


def test_today_is_asked_about_only_while_it_is_today(pages: Pages, client: FlaskClient) -> None:
    old = nights.write(pages.journal, NOON - timedelta(days=9))
    shown = body(client, f"/episodes/{old}/morning")
    assert "i dag" not in shown
    assert "t8_urine" not in shown
    assert "i dag" in body(client, f"/episodes/{nights.write(pages.journal, AT)}/morning")
