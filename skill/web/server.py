"""The web server: waitress, in a thread of the service or alone."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import warnings
from types import TracebackType

from flask import Flask
from waitress.server import create_server  # type: ignore[import-untyped]

from skill.errors import SettingsError
from skill.messages.message import Message
from skill.settings.rules import is_loopback
from skill.settings.values import Web
from skill.web.door.security import UPLOAD_LIMIT

THREADS = 8  # each live page holds one; status.MOST_STREAMS keeps the rest free
GIVE_WAY_S = 0.001
"""How long a page that is being made may keep the interpreter from the voice, which waits for it several times on its
way from a word to the answer. Python's own 5 ms add up to more than the answer may be late."""

SEND_BYTES = 1  # a larger buffer would hold back the live numbers for a second


def check_binding(web: Web) -> None:
    """SettingsError when the pages would be open to other machines without a PIN."""
    if not is_loopback(web.host) and not web.pin_hash:
        raise SettingsError(Message("web.not_open_without_pin"))


def one_address(host: str) -> str:
    """The address that a name stands for, IPv4 before IPv6: a name with both would open two sockets.

    The name itself where it can't be looked up; opening it then says why.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return host
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return str(found[0][4][0]) if found else host


class WebServer:
    """The pages on one address. `start` returns when they answer; `stop` when nothing listens any more."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.host = host
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # send_bytes: kept by the pinned version
                self._server = create_server(
                    app,
                    host=one_address(host),
                    port=port,
                    threads=THREADS,
                    send_bytes=SEND_BYTES,
                    ident=None,
                    max_request_body_size=UPLOAD_LIMIT + 1024 * 1024,
                    channel_timeout=30,
                    connection_limit=64,
                    clear_untrusted_proxy_headers=False,
                )
        except (OSError, ValueError) as error:
            raise SettingsError(Message("web.not_opened", host=host, port=port, error=error)) from error
        self.port = int(self._server.effective_port)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def run(self) -> None:
        """Serve until interrupted."""
        self._server.run()

    def start(self) -> None:
        """Serve in a thread of its own. The socket listens already, so no request is lost."""
        sys.setswitchinterval(min(sys.getswitchinterval(), GIVE_WAY_S))
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closing the socket wakes the loop this way
            self._server.run()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=timeout_s)
        self._server.close()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def __enter__(self) -> WebServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
