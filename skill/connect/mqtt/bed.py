"""The bed as Home Assistant sees it: follows the journal's rows and keeps the broker's documents as they should be."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from skill.connect.alerts import Alert
from skill.connect.asking import Ask, Asking, Outcome, text_to_say
from skill.connect.mqtt.documents import (
    PRESS,
    BedState,
    Topics,
    alert_document,
    answer_document,
    bed_after,
    discovery_documents,
    node_of,
    state_document,
)
from skill.connect.mqtt.publisher import Hooks, Publisher
from skill.connect.outbox import Outbox
from skill.connect.tail import JournalTail, Look
from skill.connect.wording import wording_of
from skill.errors import SettingsError
from skill.journal.times import night_of
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.settings.file import load, save
from skill.settings.rules import with_values
from skill.settings.values import ConnectSettings, Settings

NOTE_MQTT, NOTE_FOREIGN, NOTE_ASKING = "mqtt", "foreign", "asking"


class BedOnMqtt:
    """Called from the process's loop; `look` never waits for the broker."""

    def __init__(
        self,
        paths: UserPaths,
        tail: JournalTail,
        outbox: Outbox,
        now: Callable[[], datetime],
        asking: Asking | None = None,
    ) -> None:
        """`asking`: the way into the service; None where it runs by itself, and then nothing is asked of it."""
        self._asking = asking
        self._paths = paths
        self._tail = tail
        self._outbox = outbox
        self._now = now
        self._state = BedState()
        self._night: date | None = None
        self._publisher: Publisher | None = None
        self._made_for: tuple[ConnectSettings, str] | None = None
        self._topics = Topics("")
        self._cannot_ask = ""

    def look(self, look: Look, new: tuple[Alert, ...], settings: Settings) -> None:
        """Take what the journal has new; `new` alerts have never been told."""
        if look.anew:
            self._state = BedState()
            for row in self._tail.since_start():
                self._state = bed_after(self._state, row)
        for row in look.rows:
            self._state = bed_after(self._state, row)
        publisher = self._right_publisher(settings)
        if publisher is None:
            return
        now = self._now()
        new_night, self._night = night_of(now) != self._night, night_of(now)
        if look.rows or new_night or look.anew or self._state.cramps_tonight is None:
            self._state = replace(self._state, cramps_tonight=self._tail.cramps_tonight(now))
        alive_at = self._tail.alive_at()
        if alive_at is not None and self._state.hearing == "hears":
            self._state = replace(self._state, proved_at=alive_at.astimezone(now.tzinfo))
        elif self._state.proved_at and self._state.since and self._state.proved_at > self._state.since:
            self._state = replace(self._state, proved_at=self._state.since)  # it went deaf between two looks
        publisher.retain(self._topics.state, state_document(self._state, settings.language))
        for alert in new:
            said = wording_of(alert, settings.language)
            publisher.tell(self._topics.alert, alert_document(alert, said.title, said.text))

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
        self._publisher, self._made_for = None, None

    def _right_publisher(self, settings: Settings) -> Publisher | None:
        """The one that the settings and the journal's device ask for; None where they ask for none."""
        settings = self._possible(settings)
        node = node_of(self._tail.device()) if settings.connect.mqtt_host else ""
        wanted = (settings.connect, node) if node else None
        if wanted != self._made_for:
            self.close()
            self._made_for = wanted
            self._outbox.note(NOTE_MQTT, "", self._now())
            self._outbox.note(NOTE_ASKING, self._cannot_ask, self._now())
            if wanted is not None:
                self._topics = Topics(node)
                self._publisher = Publisher(settings.connect, self._topics, self._hooks())
                self._publisher.start()
        if self._publisher is not None:
            for topic, document in discovery_documents(
                self._topics, settings.connect, settings.language
            ).items():
                self._publisher.retain(topic, document)
        return self._publisher

    def _hooks(self) -> Hooks:
        def trouble(sentence: str) -> None:
            self._note(NOTE_MQTT, sentence)

        def foreign(topic: str) -> None:
            self._note(NOTE_FOREIGN, Message("connect.foreign_message", topic=topic[:80]))

        return Hooks(self._command, trouble, foreign)

    def _note(self, name: str, sentence: str) -> None:
        """From the connection's thread, which a locked or full disk must not end."""
        with contextlib.suppress(sqlite3.Error):
            self._outbox.note(name, sentence, self._now())

    def _possible(self, settings: Settings) -> Settings:
        """Without what would have to be asked of the service, where nobody can be asked."""
        wanted = settings.connect
        alone = self._asking is None and (wanted.mqtt_evening or wanted.mqtt_say)
        self._cannot_ask = Message("connect.nobody_to_ask") if alone else ""
        return (
            with_values(settings, {"connect.mqtt_evening": False, "connect.mqtt_say": False})
            if alone
            else settings
        )

    def _command(self, name: str, said: bytes) -> bool:
        """Follow a command that the settings allow; False where nothing was done. From the connection's thread."""
        match name:
            case "listening" if said in (b"ON", b"OFF"):
                self._switch(said == b"ON")
            case "evening" if said == PRESS.encode():
                self._ask(Ask("evening"))
            case "say":
                text = text_to_say(said.decode(errors="replace"))
                if not text:
                    self._answered(Ask("say"), "unsayable")
                    return False
                self._ask(Ask("say", text))
            case _:
                return False
        return True

    def _ask(self, ask: Ask) -> None:
        if self._asking is not None:
            self._asking.ask(ask, lambda outcome: self._answered(ask, outcome))

    def _answered(self, ask: Ask, outcome: Outcome) -> None:
        publisher = self._publisher
        if publisher is not None:
            publisher.tell(self._topics.answer, answer_document(ask.what, outcome, self._now()))

    def _switch(self, on: bool) -> None:
        """By the settings file, as a page does it: the service takes it between conversations."""
        before = load(self._paths.settings_file)
        try:
            save(self._paths.settings_file, with_values(before, {"audio.wake_enabled": on}), before)
        except SettingsError as error:
            self._note(NOTE_MQTT, Message("connect.switch_not_saved", why=error))
