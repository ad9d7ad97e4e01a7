"""Signs of life for systemd: sent only while frames arrive and the loop turns. Does nothing elsewhere."""

from __future__ import annotations

import contextlib
import os
import socket


class Watchdog:
    """Speaks systemd's notification protocol (sd_notify(3)) over $NOTIFY_SOCKET."""

    def __init__(self, address: str | None = None) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address

    @property
    def watched(self) -> bool:
        """Someone is waiting for signs of life."""
        return bool(self._address)

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={status}")

    def alive(self, status: str) -> None:
        self._send(f"WATCHDOG=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        """A line for `systemctl status`, without claiming to be well."""
        self._send(f"STATUS={status}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)  # a manager that has stopped reading must not hold up the night
            sender.connect(address)
            sender.sendall(message.encode())
