"""«Lær apparatet stemmen din»: what the page shows at each stage, what it asks of the service, and forgetting."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from skill.messages.message import Message
from skill.web.door.reading import READABLE
from tests.web.browser import ENROLMENTS
from tests.web.conftest import Pages, send

PAGE = "/settings/enrol"


def shown(pages: Pages, stage: str) -> str:
    pages.listener.reading = ENROLMENTS[stage]
    return pages.client().get(PAGE).get_data(as_text=True)


def actions(body: str) -> list[str]:
    return re.findall(r'name="action" value="(\w+)"', body)


def test_it_is_found_from_the_settings_and_from_the_microphone(client: FlaskClient) -> None:
    for page in ("/settings", "/settings/microphone"):
        assert f'href="{PAGE}"' in client.get(page).get_data(as_text=True)


def test_it_begins_with_what_happens_and_that_the_night_goes_on(pages: Pages) -> None:
    body = shown(pages, "none")
    assert "Apparatets egen mikrofon hører, ikke telefonen" in body
    assert "Ellers hører apparatet som om natta" in body
    assert actions(body) == ["begin"]


def test_one_phrase_at_a_time_with_how_many_are_left(pages: Pages) -> None:
    body = shown(pages, "asking")
    assert "Frase 21 av 27" in body
    assert "«jeg har krampe i leggen»" in body
    assert "Det høres ingen stemme" in body
    assert actions(body) == ["say", "leave_out", "enough", "end"]


@pytest.mark.parametrize("stage", ["recording", "checking", "comparing"])
def test_what_goes_on_by_itself_is_looked_at_again_without_a_script(pages: Pages, stage: str) -> None:
    pages.listener.reading = replace(ENROLMENTS[stage], again_s=2.4)
    answer = pages.client().get(PAGE)
    assert answer.headers["Refresh"] == "3"
    assert actions(answer.get_data(as_text=True)) == []
    pages.listener.reading = ENROLMENTS["asking"]
    assert "Refresh" not in pages.client().get(PAGE).headers


@pytest.mark.parametrize(
    ("stage", "said"), [("kept", "22 av 30 hørt før, 28 nå"), ("refused", "to personer i opptakene")]
)
def test_what_came_of_it_is_said(pages: Pages, stage: str, said: str) -> None:
    body = shown(pages, stage)
    assert said in body
    assert actions(body) == ["end"]


@pytest.mark.parametrize("what", ["begin", "say", "leave_out", "enough", "end"])
def test_each_button_asks_the_service(pages: Pages, client: FlaskClient, what: str) -> None:
    assert send(client, PAGE, {"action": what}).location == PAGE
    assert pages.listener.asked == [what]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("busy", "hjelper noen"), ("no_microphone", "svarer ikke"), ("no_process", "hører som før")],
)
def test_what_can_not_be_done_now_is_said(pages: Pages, client: FlaskClient, answer: str, said: str) -> None:
    pages.listener.enrolling = answer  # type: ignore[assignment]
    assert said in send(client, PAGE, {"action": "say"}, follow=True).get_data(as_text=True)


def test_nonsense_asks_nothing(pages: Pages, client: FlaskClient) -> None:
    assert send(client, PAGE, {"action": "erase"}).location == PAGE
    assert pages.listener.asked == []


def test_what_was_learned_is_told_of_and_can_be_forgotten(pages: Pages, client: FlaskClient) -> None:
    file = pages.paths.personal_file
    assert "Ingenting ennå" in shown(pages, "none")
    file.write_text("{}", encoding="utf-8")
    assert "Apparatet lærte stemmen din" in shown(pages, "none")
    assert "er slettet" in send(client, PAGE, {"action": "forget"}, follow=True).get_data(as_text=True)
    assert not file.exists()
    assert "ikke lært noe" in send(client, PAGE, {"action": "forget"}, follow=True).get_data(as_text=True)


def test_without_a_loudspeaker_it_can_begin_all_the_same(pages: Pages) -> None:
    pages.listener.turn("mute")
    assert actions(shown(pages, "none")) == ["begin"]


def test_where_nothing_listens_it_can_not_begin(pages: Pages) -> None:
    pages.listener.turn("absent")
    body = shown(pages, "none")
    assert "krampevakt run" in body
    assert actions(body) == []


def test_its_sentences_follow_the_language_of_the_page(pages: Pages, client: FlaskClient) -> None:
    pages.listener.reading = replace(ENROLMENTS["asking"], told=(Message("enrol.cut", name="1 «x»"),))
    send(client, "/language", {"language": "en"})
    body = client.get(PAGE).get_data(as_text=True)
    assert "Somebody spoke before or after the recording" in body
    assert '<p class="say-this" lang="nb">' in body


def test_whoever_may_only_read_never_sees_it() -> None:
    assert not any(endpoint.startswith("enrol.") for endpoint in READABLE)
