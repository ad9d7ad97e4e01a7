"""Takes what waits in the outbox to its receiver, in a thread of its own: one that hangs holds up nothing else."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime

from skill.connect.outbox import Outbox, QueuedMessage
from skill.connect.sending import Letter, NotSent, own_address, send_letter
from skill.connect.wording import wording_of
from skill.messages.message import Message, sentence_of
from skill.settings.rules import is_loopback
from skill.settings.values import Settings

LOOK_S = 1.0


class Courier:
    """`settings` are asked for before each message."""

    def __init__(self, outbox: Outbox, settings: Callable[[], Settings], now: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._settings = settings
        self._now = now
        self._wake = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something new waits."""
        self._wake.set()

    def close(self, wait_s: float = 1.0) -> None:
        self._over = True
        self._wake.set()
        self._thread.join(wait_s)

    def deliver_one(self) -> bool:
        """Try the next message that is due; False where none is. What fails is tried again later."""
        message = self._outbox.due(self._now())
        if message is None:
            return False
        settings = self._settings()
        try:
            send_letter(self._letter(message, settings), settings.connect)
        except NotSent as error:
            self._outbox.failed(message, sentence_of(error), self._now())
        except Exception as error:  # whatever it is, this thread goes on, and it is told
            why = Message(
                "connect.not_taken", host=settings.connect.address, why=f"{type(error).__name__}: {error}"
            )
            self._outbox.failed(message, why, self._now())
        else:
            self._outbox.sent(message.alert.key, self._now())
        return True

    def _letter(self, message: QueuedMessage, settings: Settings) -> Letter:
        return Letter(
            message.alert, wording_of(message.alert, settings.language), seen_url(message.token, settings)
        )

    def _work(self) -> None:
        while not self._over:
            self._wake.wait(LOOK_S)
            self._wake.clear()
            with contextlib.suppress(sqlite3.Error):  # a locked or full disk: the next look tries again
                while not self._over and self.deliver_one():
                    pass


def seen_url(token: str, settings: Settings) -> str:
    """The page on which a receiver says that they have read it; "" while the pages answer this machine only."""
    if not settings.web.enabled or is_loopback(settings.web.host):
        return ""
    address = own_address(settings.connect.address)
    return f"http://{address}:{settings.web.port}/seen/{token}" if address else ""
