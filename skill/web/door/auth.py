"""Who may see the pages: everyone at this machine until a PIN is set, then whoever knows it.

Sessions live in memory, end by themselves, and end at once when somebody logs out or the PIN changes.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.web.door.pin import MAX_LENGTH, pin_matches
from skill.web.door.throttle import Throttle
from skill.web.site import site

bp = Blueprint("auth", __name__)

IDLE_S = 2 * 3600.0
SESSION_S = 12 * 3600.0
_MOST_SESSIONS = 200
_EXTENSION = "krampevakt-sessions"
OPEN_ENDPOINTS = frozenset(
    {
        "auth.login",
        "auth.login_post",
        "status.healthz",
        "static",
        "prefs.language",
        "prefs.theme",
    }
)
"""What answers without a PIN. The emergency numbers stand on the log-in page too."""


@dataclass
class _Visit:
    pin_hash: str
    began_s: float
    seen_s: float


@dataclass
class Sessions:
    """Logged-in browsers. `clock` is monotonic seconds."""

    clock: Callable[[], float]
    throttle: Throttle
    _visits: dict[str, _Visit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, pin_hash: str) -> str:
        now, token = self.clock(), secrets.token_urlsafe(32)
        with self._lock:
            self._forget(now)
            self._visits[token] = _Visit(pin_hash, now, now)
        return token

    def valid(self, token: str, pin_hash: str) -> bool:
        """True, and counted as seen, when the session is alive and began with the present PIN."""
        now = self.clock()
        with self._lock:
            visit = self._visits.get(token)
            if visit is None or visit.pin_hash != pin_hash or _over(visit, now):
                self._visits.pop(token, None)
                return False
            visit.seen_s = now
            return True

    def end(self, token: str) -> None:
        with self._lock:
            self._visits.pop(token, None)

    def _forget(self, now: float) -> None:
        for token in [t for t, v in self._visits.items() if _over(v, now)]:
            del self._visits[token]
        while len(self._visits) >= _MOST_SESSIONS:
            del self._visits[min(self._visits, key=lambda t: self._visits[t].seen_s)]


def _over(visit: _Visit, now: float) -> bool:
    return now - visit.seen_s > IDLE_S or now - visit.began_s > SESSION_S


def sessions() -> Sessions:
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Sessions)
    return found


def install_login(extensions: dict[str, object], clock: Callable[[], float]) -> None:
    extensions[_EXTENSION] = Sessions(clock, Throttle(clock))


def is_this_machine(address: str | None) -> bool:
    """True for a loopback address; what can't be read is a stranger."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
"""A proxy on this machine passes strangers on: whoever comes through one is not at this machine."""


def require_pin() -> ResponseReturnValue | None:
    """Before every request: None lets it through."""
    pin_hash = site().settings.web.pin_hash
    if not pin_hash:
        if is_this_machine(request.remote_addr) and not any(name in request.headers for name in FORWARDED):
            return None
        return render_template("error.html", code=403, key="error.no_pin"), 403
    if request.endpoint in OPEN_ENDPOINTS or sessions().valid(session.get("token", ""), pin_hash):
        return None
    if request.method == "GET":
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    return render_template("error.html", code=401, key="error.logged_out"), 401


def adopt(pin_hash: str) -> None:
    """Whoever has just made the PIN stays logged in."""
    session["token"] = sessions().begin(pin_hash)


def safe_next(target: str) -> str:
    """`target` when it is a path of this site, else the front page: never a way to another site."""
    fine = (
        target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    )
    return target if fine else url_for("overview.page")


@bp.get("/login")
def login() -> ResponseReturnValue:
    if not site().settings.web.pin_hash:
        return redirect(url_for("overview.page"))
    return render_template("login.html", next=safe_next(request.args.get("next", "/")), wrong=False, wait_s=0)


@bp.post("/login")
def login_post() -> ResponseReturnValue:
    pin_hash = site().settings.web.pin_hash
    if not pin_hash:
        return redirect(url_for("overview.page"))
    target = safe_next(request.form.get("next", "/"))
    caller = request.remote_addr or "?"
    shared = "" if is_this_machine(caller) else "everyone"
    throttle = sessions().throttle
    wait_s = throttle.wait_s(caller, shared)
    if wait_s > 0:
        page = render_template("login.html", next=target, wrong=False, wait_s=int(wait_s) + 1)
        return page, 429, {"Retry-After": str(int(wait_s) + 1)}
    if not pin_matches(request.form.get("pin", "")[:MAX_LENGTH], pin_hash):
        throttle.failed(caller, shared)
        return render_template("login.html", next=target, wrong=True, wait_s=0), 403
    throttle.succeeded(caller)
    adopt(pin_hash)
    return redirect(target)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    sessions().end(session.pop("token", ""))
    return redirect(url_for("auth.login"))
