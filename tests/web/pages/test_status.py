"""The status page tells the truth."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from skill.web.pages.device.status import MOST_STREAMS
from skill.web.ports import FaultLine, PagesOnly, SelfTestReport
from tests.web.conftest import Make, Pages, send
from tests.web.listener import NOON


def text_of(pages: Pages, address: str = "/status") -> str:
    return pages.client().get(address).get_data(as_text=True)


def test_it_says_yes_only_while_frames_arrive(pages: Pages) -> None:
    assert "Ja, apparatet hører." in text_of(pages)


def test_deaf_is_red_and_says_what_to_do_on_the_status_page(pages: Pages) -> None:
    pages.listener.turn("deaf", frame_age_s=42.0)
    body = text_of(pages)
    assert "verdict-deaf" in body
    assert "Nei. Apparatet hører ingenting nå." in body
    assert "Ha telefonen ved senga i natt." in body
    assert "42" in body


@pytest.mark.parametrize("address", ["/", "/nights", "/doctor", "/settings", "/learn"])
def test_deaf_is_said_on_every_page(pages: Pages, address: str) -> None:
    pages.listener.turn("deaf")
    assert "Nei. Apparatet hører ingenting nå." in text_of(pages, address)


def test_pages_alone_never_pretend_to_hear(make_pages: Make) -> None:
    pages = make_pages(PagesOnly())
    body = text_of(pages)
    assert "Bare nettsidene er i gang. Ingen lytter." in body
    assert "verdict-hearing" not in body


def test_faults_are_shown_with_their_sentence(pages: Pages) -> None:
    fault = FaultLine(
        "microphone", "deaf", "Mikrofonen er borte. <b>Sett den i igjen.</b>", NOON - timedelta(hours=1)
    )
    pages.listener.turn("deaf", faults=(fault,))
    assert "Mikrofonen er borte. &lt;b&gt;Sett den i igjen.&lt;/b&gt;" in text_of(pages)


def test_missing_words_are_named(pages: Pages) -> None:
    pages.listener.turn("hearing", vocabulary_ok=False, missing_words=("tykkleggen",))
    body = text_of(pages)
    assert "Ett ord mangler" in body
    assert "tykkleggen" in body


def test_what_is_not_known_is_said_to_be_unknown(make_pages: Make) -> None:
    assert "vet ikke" in text_of(make_pages(PagesOnly()))


@pytest.mark.parametrize(
    ("listening", "code"), [("hearing", 200), ("absent", 200), ("deaf", 503), ("starting", 503)]
)
def test_machines_are_told_by_the_code(pages: Pages, listening: str, code: int) -> None:
    pages.listener.turn(listening)
    answer = pages.client().get("/healthz")
    assert answer.status_code == code
    assert answer.get_json()["listening"] == listening


def test_machines_are_told_of_a_model_that_cannot_hear_all_words(pages: Pages) -> None:
    pages.listener.turn("hearing", vocabulary_ok=False)
    assert pages.client().get("/healthz").status_code == 503


def test_machines_are_told_no_words(pages: Pages) -> None:
    pages.listener.turn("hearing", last_phrase="krampe i leggen", missing_words=("hemmelig",))
    body = pages.client().get("/healthz").get_data(as_text=True)
    assert "krampe" not in body
    assert "hemmelig" not in body


def test_the_stream_carries_level_and_age(pages: Pages) -> None:
    answer = pages.client().get("/status/stream", buffered=False)
    assert answer.mimetype == "text/event-stream"
    event = next(iter(answer.response))
    data = json.loads(event.decode().removeprefix("data: "))
    assert data["level_dbfs"] == -42.0
    assert data["listening"] == "hearing"
    answer.close()


def test_streams_are_limited_and_given_back(pages: Pages) -> None:
    client = pages.client()
    held = [client.get("/status/stream", buffered=False) for _ in range(MOST_STREAMS)]
    assert client.get("/status/stream").status_code == 503
    held[0].close()
    again = client.get("/status/stream", buffered=False)
    assert again.status_code == 200
    for answer in (*held[1:], again):
        answer.close()


def test_the_self_test_says_what_came_of_it_and_when(pages: Pages, client: FlaskClient) -> None:
    assert "Ikke prøvd ennå." in client.get("/status").get_data(as_text=True)
    report = SelfTestReport(NOON, False, "Ingenting kom tilbake. Skru opp høyttaleren.", None, None)
    pages.listener.turn("hearing", self_test=report, proved_age_s=240.0)
    for address in ("/status", "/setup/done"):
        body = client.get(address).get_data(as_text=True)
        assert "Det hørte seg ikke godt nok." in body
        assert "Skru opp høyttaleren." in body
        assert "for 4 min siden" in body


def test_the_self_test_is_made_by_a_button_and_ends_where_one_was(pages: Pages, client: FlaskClient) -> None:
    answer = send(client, "/settings/self-test", {"next": "/setup/done"})
    assert answer.location == "/setup/done"
    assert "Det gikk ikke å prøve nå" in client.get("/setup/done").get_data(as_text=True)
    pages.listener.turn("hearing", self_test=SelfTestReport(NOON, True, "Bra.", 0.04, 21.0))
    body = send(client, "/settings/self-test", {"next": "/status"}, follow=True).get_data(as_text=True)
    assert body.count("Det hørte seg selv godt nok for natta.") == 2  # as news, and on the page
    assert "21 dB" in body


def test_a_restart_from_the_page_says_what_it_means_and_comes_back(client: FlaskClient) -> None:
    answer = send(client, "/settings/restart")
    assert answer.headers["Refresh"] == "20; url=/status"
    assert "Det hører ingenting før det er i gang igjen." in answer.get_data(as_text=True)


@pytest.mark.parametrize(("outcome", "says"), [("busy", "hjelper noen"), ("by_hand", "startet for hånd")])
def test_a_restart_that_can_not_be_says_why(
    pages: Pages, client: FlaskClient, outcome: str, says: str
) -> None:
    pages.listener.restarts = outcome  # type: ignore[assignment]
    answer = send(client, "/settings/restart", follow=True)
    assert "Refresh" not in answer.headers
    assert says in answer.get_data(as_text=True)


def test_pages_alone_restart_nothing() -> None:
    assert PagesOnly().restart() == "by_hand"
