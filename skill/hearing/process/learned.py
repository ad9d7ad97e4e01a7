"""What was learned of the one who sleeps here, as the hearing process takes it: what can't be used is told of."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from skill.errors import ModelError
from skill.events import Fault
from skill.hearing.personal import Personal, read_personal
from skill.hearing.process.protocol import HearingConfig, WireMessage
from skill.messages.message import Message, sentence_of


def open_personal(config: HearingConfig, tell: Callable[[WireMessage], None]) -> Personal:
    """What was learned of the one who sleeps here; nothing, with a notice, where that can't be read."""
    if not config.personal:
        return Personal()
    try:
        personal = read_personal(Path(config.personal))
    except ModelError as error:
        tell(Fault("recogniser", "notice", sentence_of(error), time.monotonic(), "personal"))
        return Personal()
    if config.second_ear and not personal.fits(Path(config.second_ear)):
        unfit = Message("hearing.personal_layer_unfit", file=config.personal)
        tell(Fault("second_ear", "notice", unfit, time.monotonic(), "own layer"))
        personal = replace(personal, layer="")
    return personal
