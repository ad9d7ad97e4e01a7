"""What the program says of its own faults is said in the language of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.web.ports import FaultLine
from skill.web.showing.program import load_sentences, shown, translated
from skill.web.showing.texts import placeholders
from tests.web.conftest import NOON, Pages, send

KNOWN = load_sentences(prompts_dir())


@pytest.mark.parametrize("sentence", KNOWN, ids=lambda each: each.bokmål[:40])
def test_the_same_is_put_in_and_nothing_lost(sentence) -> None:  # type: ignore[no-untyped-def]
    assert (
        placeholders(sentence.bokmål)
        == placeholders(sentence.texts["nn"])
        == placeholders(sentence.texts["en"])
    )
    assert translated(sentence.bokmål, "nb", KNOWN) == sentence.bokmål


def test_what_is_put_in_is_a_sentence_again() -> None:
    said = "Hendelse nummer 7 i fila er feil (uuid mangler). Ingenting er hentet inn."
    assert (
        translated(said, "en", KNOWN)
        == "Event number 7 in the file is wrong (uuid is missing). Nothing has been "
        "brought in."
    )
    lost = "Mikrofonen «USB {x}» forsvant (5). Apparatet er døvt til den er tilbake; den åpnes igjen av seg selv."
    assert str(translated(lost, "en", KNOWN)).startswith(
        "The microphone «USB {x}» disappeared (5). The device is deaf"
    )


def test_an_unknown_sentence_is_shown_as_it_is_and_said_to_be_norwegian() -> None:
    assert translated("Noe <nytt>.", "en", KNOWN) is None
    assert shown("Noe <nytt>.", "en", KNOWN) == '<span lang="nb">Noe &lt;nytt&gt;.</span>'
    assert shown("Noe <nytt>.", "nb", KNOWN) == "Noe &lt;nytt&gt;."


def test_a_fault_on_the_status_page(pages: Pages, client: FlaskClient) -> None:
    said = Message("hearing.microphone_gives_no_sound", name="<b>")
    fault = FaultLine("microphone", "deaf", said, NOON - timedelta(hours=1))
    pages.listener.turn("deaf", faults=(fault,))
    send(client, "/language", {"language": "nn"})
    assert "Det kjem ikkje lenger lyd frå mikrofonen «&lt;b&gt;»." in client.get("/status").get_data(
        as_text=True
    )


def test_a_mistake_in_the_settings_file(pages: Pages, client: FlaskClient) -> None:
    file = pages.paths.settings_file
    file.write_text(file.read_text("utf-8") + "\nvolum = 3\n", "utf-8")
    send(client, "/language", {"language": "en"})
    assert "Everything else is used." in client.get("/settings").get_data(as_text=True)
