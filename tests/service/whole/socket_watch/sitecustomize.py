"""Put on PYTHONPATH: every socket call of every Python process is a line of $KRAMPEVAKT_TEST_SOCKETS."""

from __future__ import annotations

import os
import sys

_OUT = os.environ.get("KRAMPEVAKT_TEST_SOCKETS", "")
_WATCHED = ("socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
            "urllib.Request")  # fmt: skip


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _WATCHED:
        return
    address = arguments[-1] if event in ("socket.bind", "socket.connect", "socket.sendto") else arguments
    if isinstance(address, str | bytes):  # a local (unix) socket: the sound server's, systemd's
        return
    if event == "socket.getaddrinfo" and arguments[0] in ("127.0.0.1", "::1"):  # nothing is asked of anybody
        return
    if event == "socket.bind" and isinstance(address, tuple):
        line = f"bound {address[0]} {address[1]}"
    else:
        line = f"{event} {address!r}"
    handle = os.open(_OUT, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.write(handle, line.encode() + b"\n")
    os.close(handle)


if _OUT:
    sys.addaudithook(_watch)
