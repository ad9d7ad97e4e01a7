"""Which microphone hears the person best: listened to in turn, and chosen where it was heard."""

from __future__ import annotations

from flask.testing import FlaskClient

from skill.audio.input_level import InputLevel
from tests.web.conftest import Pages, send

EACH, CHOOSE = "/settings/microphone/each", "/settings/microphone/choose"


def test_each_stands_with_its_level_and_the_loudest_is_marked(pages: Pages, client: FlaskClient) -> None:
    pages.listener.levels = (
        InputLevel("På bordet", -51.4),
        InputLevel("Ved <senga>", -32.0),
        InputLevel("I kassa", None),
    )
    page = send(client, EACH).get_data(as_text=True)
    assert "På bordet</strong>: -51 dB" in page
    assert "Ved &lt;senga&gt;</strong>: -32 dB <span" in page
    assert page.count("hører deg sterkest") == 1
    assert "I kassa</strong>: svarer ikke" in page


def test_where_two_hear_alike_none_is_called_the_loudest(pages: Pages, client: FlaskClient) -> None:
    pages.listener.levels = (InputLevel("a", -40.0), InputLevel("b", -41.0))
    assert "hører deg sterkest" not in send(client, EACH).get_data(as_text=True)


def test_none_at_all_is_said(client: FlaskClient) -> None:
    assert "Ingen mikrofon svarte" in send(client, EACH).get_data(as_text=True)


def test_the_one_that_is_picked_is_kept_and_told_to_the_listener(pages: Pages, client: FlaskClient) -> None:
    answer = send(client, CHOOSE, {"name": "Ved <senga>"}, follow=True)
    assert "Mikrofonen er valgt: Ved &lt;senga&gt;." in answer.get_data(as_text=True)
    assert pages.settings.audio.microphone == "Ved <senga>"
    assert pages.listener.told == 1


def test_a_name_that_can_not_be_kept_leaves_the_one_before(pages: Pages, client: FlaskClient) -> None:
    send(client, CHOOSE, {"name": "Ved senga"})
    answer = send(client, CHOOSE, {"name": "x" * 5000}, follow=True)
    assert "Den forrige gjelder fortsatt" in answer.get_data(as_text=True)
    assert pages.settings.audio.microphone == "Ved senga"
