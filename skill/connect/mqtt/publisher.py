"""One connection to a broker, in a thread of its own: whoever publishes never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from skill.connect.mqtt.documents import Topics, allowed_commands
from skill.connect.sending import NotSent, trusted, why_unreachable
from skill.messages.message import Message, sentence_of
from skill.settings.values import ConnectSettings

KEEPALIVE_S = 15
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
MOST_WAITING = 200  # messages to a broker that is away; the retained ones are sent anew anyway
LONGEST_COMMAND = 1_000  # bytes
ONLINE, OFFLINE = "online", "offline"


@dataclass(frozen=True, slots=True)
class Hooks:
    """Called from the connection's thread. `trouble`: "" once all is well.

    `command` gets the name of a command and what was sent with it, and is False where it isn't followed.
    """

    command: Callable[[str, bytes], bool]
    trouble: Callable[[str], None]
    foreign: Callable[[str], None]


class Publisher:
    """Retained documents are kept here and sent again at each connection, so a broker that forgot has them again."""

    def __init__(self, settings: ConnectSettings, topics: Topics, hooks: Hooks) -> None:
        self._settings = settings
        self._topics = topics
        self._hooks = hooks
        self._retained: dict[str, str] = {}
        self._over = threading.Event()
        self._connected = False
        self._client = client = Client(CallbackAPIVersion.VERSION2, client_id=f"krampevakt-{topics.node}",
                                       reconnect_on_failure=False)  # fmt: skip
        client.max_queued_messages_set(MOST_WAITING)
        client.will_set(topics.available, OFFLINE, qos=1, retain=True)
        if settings.mqtt_user:
            client.username_pw_set(settings.mqtt_user, settings.mqtt_password)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        self._thread = threading.Thread(target=self._work, name="mqtt", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def retain(self, topic: str, document: str) -> None:
        """From now on the topic's document; nothing is sent where it is so already."""
        if self._retained.get(topic) != document:
            self._retained[topic] = document
            if self._connected:
                self._client.publish(topic, document, qos=1, retain=True)

    def tell(self, topic: str, document: str) -> None:
        """Once, to whoever listens now."""
        self._client.publish(topic, document, qos=1)

    def close(self, wait_s: float = 2.0) -> None:
        """Says that it goes, where the broker still listens."""
        self._over.set()
        if self._connected:
            self._client.publish(self._topics.available, OFFLINE, qos=1, retain=True)
        self._client.disconnect()
        self._thread.join(wait_s)

    def _work(self) -> None:
        wait_s, secure = FIRST_WAIT_S, False
        while not self._over.is_set():
            self._connected = False
            try:
                if self._settings.mqtt_tls and not secure:
                    self._client.tls_set_context(trusted(self._settings))
                    secure = True
                self._client.connect(self._settings.mqtt_host, self._settings.mqtt_port, KEEPALIVE_S)
                self._client.loop_forever(retry_first_connection=False)
                wait_s = FIRST_WAIT_S if self._connected else wait_s
                if self._connected and not self._over.is_set():
                    self._hooks.trouble(Message("connect.broker_gone", host=self._settings.mqtt_host))
            except NotSent as error:
                self._hooks.trouble(sentence_of(error))
            except (OSError, ValueError) as error:
                self._hooks.trouble(why_unreachable(self._settings.mqtt_host, error))
            self._over.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._hooks.trouble(Message("connect.broker_refuses", host=self._settings.mqtt_host, why=reason))
            client.disconnect()
            return
        self._connected = True
        self._hooks.trouble("")
        if allowed_commands(self._settings):
            client.subscribe(self._topics.command("+"), qos=1)
        client.publish(self._topics.available, ONLINE, qos=1, retain=True)
        for topic, document in tuple(self._retained.items()):
            client.publish(topic, document, qos=1, retain=True)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        """A command is short, one that the settings allow, said now and not kept there."""
        said = bytes(message.payload[: LONGEST_COMMAND + 1])
        named = message.topic.removeprefix(f"{self._topics.base}/").removesuffix("/set")
        ours = message.topic == self._topics.command(named) and not message.retain
        allowed = named in allowed_commands(self._settings) and len(said) <= LONGEST_COMMAND
        if not (ours and allowed and self._hooks.command(named, said)):
            self._hooks.foreign(message.topic)
