"""An enrolment with the models of the settings, and the ordinary sentences that it is compared with."""

from __future__ import annotations

from skill.content.in_force import load_contents
from skill.content.phrases import PhraseBook
from skill.enrol.both_ears import BothEars
from skill.enrol.learning import Learned, learn
from skill.enrol.ordinary import shipped, synthesised
from skill.enrol.readings import Readings
from skill.enrol.takes import Said
from skill.hearing.recognise.loading import load_speech_model
from skill.paths import models_dir, prompts_dir
from skill.service.assembly import model_folder, spare_voice
from skill.settings.values import Settings

SHIPPED = 80  # ordinary sentences that ship


def learn_from(takes: list[Said], settings: Settings, book: PhraseBook, readings: Readings) -> Learned:
    """With the models of the settings, and ordinary sentences that ship or are said now.

    Raises ModelError, EnrolmentRefused.
    """
    ears = BothEars(load_speech_model(model_folder(settings)), models_dir() / "second_ear", book)
    texts = load_contents(prompts_dir(), settings.language).script.texts.values()
    ordinary = [
        *shipped(models_dir() / "voices", settings.language, sorted(texts), book, SHIPPED),
        *synthesised(spare_voice(), readings.ordinary, "nb"),
    ]
    return learn(ears, book, takes, readings, ordinary)
