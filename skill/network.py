"""This machine in the home network."""

from __future__ import annotations

import socket


def own_address_towards(host: str, port: int) -> str:
    """The address, in digits, under which `host` would see this machine; "" without a way there. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((host, port))  # chooses a way out; a datagram socket that connects sends nothing
            return str(asking.getsockname()[0])
        except (OSError, UnicodeError):
            return ""
