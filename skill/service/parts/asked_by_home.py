"""What the home network asks of the bed (skill/connect, by MQTT): answered here, by the settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skill.connect.asking import Outcome, outcome_line, read_ask, text_to_say
from skill.content.check.sounds import Sounds
from skill.content.phrases import PhraseBook
from skill.events import Requested
from skill.service.parts.announcer import Announced, Announcer, in_loop
from skill.service.parts.chosen import Chosen

LIVE = ("speaking", "speaking_help")  # grammars that may be heard meanwhile, the fuller one first
_OUTCOMES: Mapping[Announced, Outcome] = {
    "played": "done", "broken_off": "broken_off", "busy": "busy", "no_loudspeaker": "mute", "no_voice": "mute",
}  # fmt: skip


@dataclass(frozen=True)
class AskedByHome:
    """`answer` is called from a thread of its own, never from the loop's: it waits until a text has been said."""

    chosen: Chosen
    announcer: Announcer

    def answer(self, line: bytes) -> str | None:
        """The line to answer with; None for what is no question."""
        ask = read_ask(line)
        if ask is None:
            return None
        return outcome_line(ask.what, self._evening() if ask.what == "evening" else self._say(ask.text))

    def _evening(self) -> Outcome:
        if not self.chosen.settings.connect.mqtt_evening:
            return "not_allowed"
        a = self.announcer

        def begin() -> bool:
            quiet = a.engine.quiet
            if quiet:
                a.engine.handle(Requested("evening", a.clock.now_s()))
            return quiet

        return "done" if in_loop(a.deliver, begin, False) else "busy"

    def _say(self, text: str) -> Outcome:
        settings = self.chosen.settings
        if not settings.connect.mqtt_say:
            return "not_allowed"
        text = text_to_say(text)
        live = live_while_said(text, self.chosen.contents.book)
        if not text or live is None:
            return "unsayable"
        return _OUTCOMES[self.announcer.say(text, settings, live=live)]


def live_while_said(text: str, book: PhraseBook) -> str | None:
    """A grammar of which the text holds no phrase, so that the bed doesn't answer itself; None where there is none."""
    sounds = Sounds()
    for grammar in LIVE:
        if not any(sounds.held(text, (phrase.text for phrase in book.live(grammar)))):
            return grammar
    return None
