"""The bed's side: one batch at a time, sent again until the ward says that it is in its database."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from skill.connect.sending import NotSent, trusted
from skill.connect.ward.sent_rows import SentRows
from skill.connect.ward.wire import Batch, batch_text, is_bed_name, read_stored, rows_topic, stored_topic
from skill.messages.message import Message, sentence_of
from skill.settings.values import ConnectSettings

LOOK_S, AGAIN_AFTER_S, SIGN_OF_LIFE_S = 0.2, 5.0, 30.0
SILENT_AFTER_S = 60.0  # without an answer of the ward: the bed's own page says so
KEEPALIVE_S = 15


class WardFeed:
    """A thread of the process beside the service. `trouble`: told what is wrong, "" once all is well."""

    def __init__(
        self,
        settings: ConnectSettings,
        sent: SentRows,
        now: Callable[[], datetime],
        trouble: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._sent = sent
        self._now = now
        self._trouble = trouble
        self._bed = settings.mqtt_user
        self._over = threading.Event()
        self._flying: Batch | None = None
        self._flown_s = self._answered_s = time.monotonic()
        self._next_sign_s = 0.0
        self._seen: tuple[int, ...] = ()  # the journal's stamp when there was nothing new in it
        self._told = ""
        self._client = client = Client(CallbackAPIVersion.VERSION2, client_id=f"krampevakt-bed-{self._bed}")
        client.username_pw_set(settings.mqtt_user, settings.mqtt_password)
        client.reconnect_delay_set(1, 5)
        client.max_queued_messages_set(2)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        self._thread = threading.Thread(target=self._work, name="ward", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, wait_s: float = 2.0) -> None:
        self._over.set()
        self._client.disconnect()
        self._client.loop_stop()
        self._thread.join(wait_s)

    def _work(self) -> None:
        if not is_bed_name(self._bed):
            self._tell(Message("connect.ward_needs_name"))
            return
        try:
            if self._settings.mqtt_tls:
                self._client.tls_set_context(trusted(self._settings))
            self._client.connect_async(self._settings.mqtt_host, self._settings.mqtt_port, KEEPALIVE_S)
        except (NotSent, OSError, ValueError) as error:
            self._tell(sentence_of(error) if isinstance(error, NotSent) else Message("connect.ward_silent"))
            return
        self._client.loop_start()
        while not self._over.wait(LOOK_S):
            with contextlib.suppress(sqlite3.Error, OSError):  # locked, full or not there yet: the next look
                self.look(time.monotonic())

    def look(self, now_s: float) -> None:
        """Send what is new, or again what nobody has answered."""
        if now_s - self._answered_s > SILENT_AFTER_S:
            self._tell(Message("connect.ward_silent"))
        if not self._client.is_connected():
            return
        flying = self._flying
        if flying is not None and now_s - self._flown_s < AGAIN_AFTER_S:
            return
        if flying is None:
            flying = self._unsent(now_s)
            if flying is None:
                return
        self._flying, self._flown_s, self._next_sign_s = flying, now_s, now_s + SIGN_OF_LIFE_S
        self._client.publish(rows_topic(self._bed), batch_text(replace(flying, sent_at=self._now())), qos=1)

    def _unsent(self, now_s: float) -> Batch | None:
        """What is new, or a sign of life where one is due; None for nothing."""
        stamp, due = self._sent.stamp(), now_s >= self._next_sign_s
        if stamp and stamp == self._seen and not due:
            return None
        found = self._sent.next_batch(self._now())
        news = found is not None and (found.rows or found.gone or found.upto != found.after)
        self._seen = () if news else stamp
        return found if news or due else None

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._tell(Message("connect.broker_refuses", host=self._settings.mqtt_host, why=reason))
            return
        client.subscribe(stored_topic(self._bed), qos=1)
        self._flown_s = 0.0

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        stored, flying = read_stored(bytes(message.payload)), self._flying
        if stored is None or flying is None or stored.name != flying.name or message.retain:
            return
        self._answered_s = time.monotonic()
        if stored.refused:
            self._tell(Message("connect.ward_refuses", bed=self._bed))
            return
        self._tell("")
        with contextlib.suppress(
            sqlite3.Error, OSError
        ):  # then it is sent once more, and known there already
            if stored.upto >= flying.upto:
                self._sent.taken(flying)
            elif stored.upto < flying.after:  # the ward has less than it once said: from there on again
                self._sent.taken(replace(flying, rows=(), gone=(), upto=stored.upto))
            else:
                return
            self._flying = None

    def _tell(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            with contextlib.suppress(sqlite3.Error):
                self._trouble(sentence)
