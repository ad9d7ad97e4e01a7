"""An enrolment with the models of the settings, and the ordinary sentences that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from skill.content.in_force import load_contents
from skill.content.phrases import PhraseBook, load_phrases
from skill.enrol.both_ears import BothEars
from skill.enrol.learning import Learned, Progress, check_phrase, learn
from skill.enrol.ordinary import shipped, synthesised
from skill.enrol.readings import Readings, load_readings
from skill.enrol.takes import Said
from skill.hearing.recognise.loading import load_speech_model
from skill.messages.message import Message
from skill.paths import models_dir, prompts_dir
from skill.service.assembly import model_folder, spare_voice
from skill.settings.values import Settings

SHIPPED = 80  # ordinary sentences that ship


@dataclass(frozen=True)
class EnrolmentRoom:
    """What an enrolment in the language of these settings needs. The models are loaded when they are first asked."""

    settings: Settings
    most_ordinary: int | None = None  # sentences that it is compared with

    @cached_property
    def book(self) -> PhraseBook:
        return load_phrases(prompts_dir(), self.settings.language)

    @cached_property
    def readings(self) -> Readings:
        return load_readings(prompts_dir(), self.settings.language, self.book)

    @cached_property
    def ears(self) -> BothEars:
        """Raises ModelError."""
        return BothEars(
            load_speech_model(model_folder(self.settings)), models_dir() / "second_ear", self.book
        )

    def check(self, take: Said) -> None:
        """Raises ModelError, EnrolmentRefused."""
        check_phrase(self.ears, self.book, self.readings, take)

    def learn_from(self, takes: Sequence[Said], progress: Progress = lambda _done, _of: None) -> Learned:
        """Compared with ordinary sentences that ship or are said now.

        Raises ModelError, EnrolmentRefused.
        """
        language = self.settings.language
        texts = load_contents(prompts_dir(), language).script.texts.values()
        ordinary = chain(
            shipped(models_dir() / "voices", language, sorted(texts), self.book, SHIPPED),
            synthesised(spare_voice(), self.readings.ordinary, "nb"),
        )
        compared = list(islice(ordinary, self.most_ordinary))
        return learn(self.ears, self.book, takes, self.readings, compared, progress)


def told_of(learned: Learned) -> list[Message]:
    """What came of it, in sentences."""
    told = [
        Message(key, n=before.n, before=before.heard, after=after.heard)
        for key, before, after in (
            ("enrol.start_phrases", learned.before, learned.after),
            ("enrol.answers", learned.answers_before, learned.answers_after),
            ("enrol.first_alone", learned.first_before, learned.first_after),
        )
        if before.n
    ]
    ordinary = Message(
        "enrol.ordinary_sentences",
        n=learned.ordinary, before=learned.starts_before, after=learned.starts_after,
    )  # fmt: skip
    return [*told, ordinary]
