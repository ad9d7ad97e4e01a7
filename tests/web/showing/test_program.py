"""What the program says of its own faults is said in the language of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.messages.message import Message
from skill.web.ports import FaultLine
from tests.web.conftest import Pages, send
from tests.web.listener import NOON

GONE = Message("hearing.microphone_gives_no_sound", name="<b>")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nb", "Det kommer ikke lenger lyd fra mikrofonen «&lt;b&gt;»."),
        ("nn", "Det kjem ikkje lenger lyd frå mikrofonen «&lt;b&gt;»."),
        ("en", "No more sound comes from the microphone “&lt;b&gt;”."),
    ],
)
def test_a_fault_on_the_status_page(pages: Pages, client: FlaskClient, language: str, shown: str) -> None:
    pages.listener.turn("deaf", faults=(FaultLine("microphone", "deaf", GONE, NOON - timedelta(hours=1)),))
    send(client, "/language", {"language": language})
    assert shown in client.get("/status").get_data(as_text=True)


def test_what_has_no_key_is_shown_as_it_is_and_said_to_be_norwegian(
    pages: Pages, client: FlaskClient
) -> None:
    fault = FaultLine("service", "notice", "Noe <nytt>.", NOON - timedelta(hours=1))
    pages.listener.turn("deaf", faults=(fault,))
    send(client, "/language", {"language": "en"})
    assert '<span lang="nb">Noe &lt;nytt&gt;.</span>' in client.get("/status").get_data(as_text=True)
    send(client, "/language", {"language": "nb"})
    shown = client.get("/status").get_data(as_text=True)
    assert "Noe &lt;nytt&gt;." in shown
    assert '<span lang="nb">' not in shown


def test_a_mistake_in_the_settings_file(pages: Pages, client: FlaskClient) -> None:
    file = pages.paths.settings_file
    file.write_text(file.read_text("utf-8") + "\nvolum = 3\n", "utf-8")
    send(client, "/language", {"language": "en"})
    assert "Everything else is used." in client.get("/settings").get_data(as_text=True)


def test_an_error_behind_a_page(pages: Pages, client: FlaskClient) -> None:
    """Two messages, one within the other, both in the language of the page."""
    file = pages.paths.settings_file
    file.write_text("[voice]\nrate_wpm = 1000\n", "utf-8")
    send(client, "/language", {"language": "en"})
    shown = client.get("/settings").get_data(as_text=True)
    assert "voice.rate_wpm has to be a whole number from 80 to 200. Tonight" in shown
