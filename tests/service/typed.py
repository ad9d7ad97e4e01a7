"""A night by keyboard: the real dialogue, journal, cache and wav loudspeaker; phrases come as text, not sound."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from skill.content.in_force import Contents, load_contents
from skill.dialogue.state import initial
from skill.events import Fault, Heard, Record, Say, Spoken, Unclear
from skill.journal.storage.store import Journal
from skill.paths import prompts_dir
from skill.service.assembly import able
from skill.service.clock import VirtualClock
from skill.service.engine import Engine
from skill.service.health import HealthWatch
from skill.service.mouth import PromptMouth
from skill.service.ports import EngineParts
from skill.service.scribe import JournalScribe, Versions
from skill.settings.values import Profile, Settings
from skill.speaking.cache import PromptCache
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from tests.speaking.tones import ToneVoice

OSLO = ZoneInfo("Europe/Oslo")
THREE = datetime(2026, 11, 23, 3, 0, tzinfo=OSLO)


class TypedEars:
    """Understands a typed phrase exactly when it is live now, as hearing does."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self.grammar = ""
        self.own_voice_playing = False

    def listen(self, grammar: str) -> None:
        self.grammar = grammar

    def own_voice(self, playing: bool) -> None:
        self.own_voice_playing = playing

    def hear(self, phrase: str, at_s: float) -> Heard | Unclear | None:
        intent = self._contents.book.meaning(phrase, self.grammar)
        if intent is not None:
            return Heard(intent, phrase, self.grammar, at_s)
        return None if self.own_voice_playing else Unclear(at_s, 0.8)


@dataclass
class Seen:
    """A witness that keeps everything."""

    all: list[object] = field(default_factory=list)

    def saw(self, what: object) -> None:
        self.all.append(what)

    @property
    def said(self) -> list[str]:
        return [key for what in self.all if isinstance(what, Say) for key in what.keys]

    @property
    def recorded(self) -> list[str]:
        return [what.kind for what in self.all if isinstance(what, Record)]


class TypedNight:
    """Time moves only through `wait`."""

    def __init__(
        self, folder: Path, sounds: Path, profile: Profile | None = None, dumb: bool = False
    ) -> None:
        self.clock = VirtualClock(THREE)
        self.settings = Settings(profile=profile or Profile())
        self.contents = load_contents(prompts_dir(), "nb")
        self.journal = Journal.open(folder / "journal.db", zone=OSLO)
        self.faults: list[Fault] = []
        self.ears = TypedEars(self.contents)
        self.seen = Seen()
        self.loudspeaker = WavLoudspeaker()
        self._spoken: list[Spoken] = []
        self._known = 0  # sentences that the test has already waited for
        texts = self.contents.script.texts
        voice = ToneVoice(dumb=tuple(texts.values()) if dumb else ())
        cache = PromptCache(sounds, voice, texts, "nb")
        cache.prepare([120])
        self.scribe = JournalScribe(
            self.journal, self.clock, Versions("1", "c", "m"), lambda: self.settings.privacy.keep_transcripts,
            self.faults.append,
        )  # fmt: skip
        self.mouth = PromptMouth(
            cache, self.loudspeaker, self.clock, lambda: self.settings.voice,
            lambda what: (self._spoken if isinstance(what, Spoken) else self.faults).append(what), OSLO,
        )  # fmt: skip
        self.health = HealthWatch(self.clock, self.scribe)
        self.engine = Engine(
            initial(), self.contents.script, lambda: able(self.settings), self.clock,
            EngineParts(self.ears, self.mouth, self.scribe, (self.seen,)),
        )  # fmt: skip
        self.engine.begin()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.clock.advance(0.02)
            self.loudspeaker.advance(0.02)
            while self._spoken:
                self.engine.handle(self._spoken.pop(0))
            self.engine.fire_due_timers()

    def wait_until_said(self, key: str, limit_s: float = 120.0) -> None:
        """Until the sentence has ended; AssertionError when it never comes."""
        end_s = self.clock.now_s() + limit_s
        while self.clock.now_s() < end_s:
            if key in self.seen.said[self._known :] and not self.loudspeaker.playing:
                self._known = len(self.seen.said)
                return
            self.wait(0.02)
        raise AssertionError(f"{key} was not said within {limit_s} s, only {self.seen.said[self._known :]}")

    def say(self, phrase: str) -> None:
        event = self.ears.hear(phrase, self.clock.now_s())
        if event is not None:
            self.engine.handle(event)

    @property
    def now(self) -> datetime:
        return self.clock.wall().astimezone(UTC)
