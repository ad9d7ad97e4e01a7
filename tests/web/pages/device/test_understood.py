"""«Hvilken forstår du best?»: each voice is heard at the night's volume, and the chosen one speaks from then on."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from skill.paths import models_dir, prompts_dir
from skill.speaking.pack.pack_voice import SPEAKERS, SpokenPack
from skill.web.showing.texts import load_page_texts
from tests.web.conftest import Pages, send

PAGE = "/settings/understood"


def press(client: FlaskClient, action: str) -> str:
    return send(client, PAGE, {"action": action}, follow=True).get_data(as_text=True)


def test_each_voice_says_three_sentences_of_its_own_at_the_nights_volume(
    pages: Pages, client: FlaskClient
) -> None:
    pages.set(voice__night_volume_db=-11)
    for voice in ("woman", "man", "engine"):
        for _ in range(3):
            press(client, f"play:{voice}")
    said = pages.listener.said
    assert [settings.voice.speaker for _, settings, _ in said] == ["woman"] * 3 + ["man"] * 3 + ["engine"] * 3
    assert {volume_db for _, _, volume_db in said} == {-11.0}
    assert len({sentence for sentence, _, _ in said}) == 9
    assert pages.settings.voice.speaker == "woman"


def test_what_was_said_is_told_only_after_it_was_heard(pages: Pages, client: FlaskClient) -> None:
    assert "Det som ble sagt" not in client.get(PAGE).get_data(as_text=True)
    body = press(client, "play:man")
    assert pages.listener.said[0][0] in body
    assert "Det var mannsstemmen." in body


def test_the_one_that_is_understood_best_speaks_from_then_on(pages: Pages, client: FlaskClient) -> None:
    press(client, "play:man")
    assert "Lagret." in press(client, "choose:man")
    assert pages.settings.voice.speaker == "man"
    assert pages.listener.told == 1


def test_whoever_used_piper_leaves_it_with_the_choice(pages: Pages, client: FlaskClient) -> None:
    pages.set(voice__engine="piper", voice__name="/somewhere/voice.onnx")
    press(client, "play:engine")
    press(client, "choose:engine")
    voice = pages.settings.voice
    assert (voice.speaker, voice.engine, voice.name) == ("engine", "pyttsx3", "nb")


@pytest.mark.parametrize("action", ["choose:man", "choose:nobody", "play:", "", "steal:woman"])
def test_nothing_is_chosen_that_was_not_heard(pages: Pages, client: FlaskClient, action: str) -> None:
    press(client, action)
    assert pages.settings.voice.speaker == "woman"
    assert not pages.listener.said


def test_a_voice_that_never_came_out_can_not_be_chosen(pages: Pages, client: FlaskClient) -> None:
    pages.listener.speaks = "no_loudspeaker"
    body = press(client, "play:man")
    assert "Høyttaleren svarer ikke" in body
    assert "choose:man" not in body


def test_the_page_says_who_stood_in(pages: Pages, client: FlaskClient) -> None:
    pages.listener.man_is_there = False
    body = press(client, "play:man")
    assert "Det var stemmemotoren pyttsx3. Den du valgte, har ikke denne setningen." in body


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_sentence_of_the_page_comes_spoken(language: str, speaker: str) -> None:
    texts = load_page_texts(prompts_dir())
    pack = SpokenPack(models_dir() / "voices" / language / speaker)
    sentences = [texts.text(language, f"understood.sentence_{n}") for n in range(1, 10)]
    assert not [sentence for sentence in sentences if not pack.says(sentence)]
