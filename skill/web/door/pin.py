"""PIN or password of the pages: made, hashed with scrypt, checked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_N, _R, _P = 2**14, 8, 1  # 16 MiB and about 50 ms on the build machine: bearable on a small one
_MAX_MEMORY = 64 * 1024 * 1024
MIN_LENGTH = 6
MAX_LENGTH = 200
MADE_DIGITS = 6


def make_pin() -> str:
    """A new random PIN of six digits."""
    return f"{secrets.randbelow(10**MADE_DIGITS):0{MADE_DIGITS}d}"


def hash_pin(pin: str) -> str:
    """ "scrypt$N$r$p$salt$hash", base64. Spaces that people put between groups of digits don't count."""
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", str(_N), str(_R), str(_P), _b64(salt), _b64(_derive(pin, salt, _N, _R, _P))))


def pin_matches(pin: str, stored: str) -> bool:
    """True when `pin` is the one that was hashed. A stored value of another form never matches."""
    try:
        scheme, n, r, p, salt, expected = stored.split("$")
        if scheme != "scrypt":
            return False
        derived = _derive(pin, base64.b64decode(salt), int(n), int(r), int(p))
        return hmac.compare_digest(derived, base64.b64decode(expected))
    except ValueError:
        return False


def _derive(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    secret = "".join(pin.split()).encode()
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=32)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
