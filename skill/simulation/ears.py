"""The listener of a simulated night: both ears, or the first alone where the second can't be used or isn't wanted."""

from __future__ import annotations

from collections.abc import Callable

from skill.content.phrases import PhraseBook
from skill.errors import ModelError
from skill.events import Fault
from skill.hearing.listener import Listener
from skill.hearing.recognise.loading import LoadedModel
from skill.hearing.second_ear_here import listener_with_both_ears
from skill.messages.message import sentence_of
from skill.paths import models_dir
from skill.settings.values import Settings


def make_listener(
    settings: Settings,
    model: LoadedModel,
    book: PhraseBook,
    on_fault: Callable[[Fault], None] = lambda _: None,
) -> Listener:
    """As the settings ask. A second ear that can't be used is told of, and the first hears alone."""
    lexicon = model.folder / "lexicon.tsv"
    if settings.audio.second_ear and lexicon.is_file():
        try:
            return listener_with_both_ears(model, book, models_dir() / "second_ear", lexicon)
        except ModelError as error:
            on_fault(Fault("second_ear", "notice", sentence_of(error), 0.0))
    return Listener(model, book)
