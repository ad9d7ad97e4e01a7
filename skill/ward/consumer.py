"""Takes what the beds send from the broker to the database, and answers once it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy.exc import SQLAlchemyError

from skill.connect.sending import why_unreachable
from skill.connect.ward.wire import is_bed_name, read_batch, rows_topic, stored_text, stored_topic
from skill.messages.message import Message
from skill.ward.metrics import WardCounts
from skill.ward.store import WardStore

KEEPALIVE_S = 15


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """Where the beds' messages are, and as whom they are read. `certificate`: of the broker's signer; "" for no TLS."""

    host: str
    port: int = 1883
    user: str = ""
    password: str = ""
    certificate: str = ""


class WardConsumer:
    """What can't be stored is not answered, so the bed sends it again: a database that is away loses nothing."""

    def __init__(
        self, login: BrokerLogin, store: WardStore, now: Callable[[], datetime], counts: WardCounts
    ) -> None:
        self._login = login
        self._store = store
        self._now = now
        self.trouble = ""  # a sentence for the page; "" while all is well
        self._counts = counts
        self._client = client = Client(CallbackAPIVersion.VERSION2, client_id="krampevakt-ward")
        if login.user:
            client.username_pw_set(login.user, login.password)
        if login.certificate:
            client.tls_set(ca_certs=login.certificate)
        client.reconnect_delay_set(1, 5)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        client.on_disconnect = self._on_disconnect

    def start(self) -> None:
        """Connects for as long as it takes."""
        self._client.connect_async(self._login.host, self._login.port, KEEPALIVE_S)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self.trouble = Message("ward.broker_refuses", host=self._login.host, why=reason)
            return
        self.trouble = ""
        client.subscribe(rows_topic("+"), qos=1)

    def _on_disconnect(self, _client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self.trouble = why_unreachable(self._login.host, ConnectionError(str(reason)))

    def _on_message(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        bed = message.topic.split("/")[1] if message.topic.count("/") == 2 else ""
        batch = read_batch(bytes(message.payload))
        if batch is None or not is_bed_name(bed) or message.retain:
            self._counts.foreign += 1
            return
        began_s = time.perf_counter()
        try:
            stored = self._store.take(bed, batch, self._now())
        except (SQLAlchemyError, OverflowError) as error:
            self._counts.not_stored += 1
            self.trouble = Message("ward.not_stored", why=error)
            return
        self.trouble = ""
        self._counts.stored(bed, batch, stored, time.perf_counter() - began_s)
        client.publish(stored_topic(bed), stored_text(stored), qos=1)
