"""Under which addresses the pages can be reached from the home network, and a QR code for the first of them."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

import segno
from markupsafe import Markup

from skill.network import own_address_towards

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def own_names(host_name: Callable[[], str] = socket.gethostname) -> tuple[str, ...]:
    """The machine's own name, bare and with .local, in lower case; () where it has none that can be used.

    Another site can't have itself called so: a name without a dot and one below .local are answered by the home
    network only, never by the name servers of the internet.
    """
    try:
        name = host_name().partition(".")[0].lower()
    except OSError:
        return ()
    if not _NAME.fullmatch(name) or name == "localhost":
        return ()
    return (f"{name}.local", name)


def network_address() -> str:
    """This machine's address in the home network, in digits; "" without a network. Sends nothing."""
    found = own_address_towards("192.0.2.1", 9)  # an address of nobody: it chooses the usual way out
    return "" if found.startswith(("127.", "0.")) else found


def addresses(
    port: int,
    names: Callable[[], tuple[str, ...]] = own_names,
    digits: Callable[[], str] = network_address,
) -> tuple[str, ...]:
    """What to type on a telephone in the same home, the one that most surely works first."""
    hosts = [digits(), *names()[:1]]
    return tuple(f"http://{host}:{port}/" for host in hosts if host)


def qr_code(address: str) -> Markup:
    """`address` as a picture for a telephone's camera. Holds the address alone, never a PIN."""
    made = segno.make(address, error="m").svg_inline(scale=6, border=4, light="#fff", svgclass="qr")
    return Markup(made)
