"""Who may see the pages: everyone at this machine until a PIN is set, then whoever knows it.

Sessions live in memory, end by themselves, and end at once when somebody logs out or the PIN changes.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.web.door.devices import KnownBrowsers
from skill.web.door.pin import MAX_LENGTH, pin_matches
from skill.web.door.reading import refuse_changes
from skill.web.door.throttle import Throttle
from skill.web.site import site

bp = Blueprint("auth", __name__)

IDLE_S = 2 * 3600.0
SESSION_S = 12 * 3600.0
_MOST_SESSIONS = 200
_EXTENSION, _BROWSERS = "krampevakt-sessions", "krampevakt-browsers"
OPEN_ENDPOINTS = frozenset(
    {
        "auth.login",
        "auth.login_post",
        "status.healthz",
        "metrics.metrics",
        "connect.seen_page",
        "connect.seen",
        "install.manifest",
        "install.worker",
        "install.offline",
        "static",
        "prefs.language",
        "prefs.theme",
        "prefs.text_size",
    }
)
"""What answers without a PIN. The emergency numbers stand on the log-in page too. Whoever has got a message may say
that it was seen: the address holds a secret of that message, and the page shows nothing of the night."""


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
        return bool(self.opened_by(token, (pin_hash,)))

    def opened_by(self, token: str, pin_hashes: tuple[str, ...]) -> str:
        """Which of the present hashes the session began with; "" when it is over, or its PIN isn't one of them."""
        now = self.clock()
        with self._lock:
            visit = self._visits.get(token)
            if visit is None or visit.pin_hash not in pin_hashes or _over(visit, now):
                self._visits.pop(token, None)
                return ""
            visit.seen_s = now
            return visit.pin_hash

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


def known_browsers() -> KnownBrowsers:
    found = current_app.extensions[_BROWSERS]
    assert isinstance(found, KnownBrowsers)
    return found


def install_login(extensions: dict[str, object], clock: Callable[[], float], browsers: Path) -> None:
    """`browsers`: the file in which those stand that need not log in."""
    extensions[_EXTENSION] = Sessions(clock, Throttle(clock))
    extensions[_BROWSERS] = KnownBrowsers(browsers)


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
        return render_template("door/error.html", code=403, key="error.no_pin"), 403
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    web = site().settings.web
    hashes = (pin_hash, web.reader_hash) if web.reader_hash else (pin_hash,)
    opened_by = sessions().opened_by(session.get("token", ""), hashes) or known_browsers().opened_by(
        session.get("device", ""), hashes, site().now()
    )
    if opened_by:
        g.logged_in = True
        return None if opened_by == pin_hash else refuse_changes()
    session.pop("token", None)
    session.pop("device", None)
    if request.method == "GET":
        return redirect(url_for("auth.login", next=request.script_root + request.full_path.rstrip("?")))
    return log_in_here(pin_hash)


PIN_AGAIN = "pin_again"


def log_in_here(pin_hash: str) -> ResponseReturnValue | None:
    """A form from somebody who has been logged out: the PIN is asked for here, and what was typed stays in the form.

    None when the PIN came along and is right: the form is then taken as if nobody had been logged out.
    """
    wrong = False
    if typed := request.form.get(PIN_AGAIN, ""):
        wait_s = try_pin(typed, pin_hash)
        if wait_s == 0:
            reader = sessions().valid(session["token"], site().settings.web.reader_hash)
            return refuse_changes() if reader else None
        if wait_s > 0:
            page = render_template(
                "door/logged_out.html", fields=_typed_fields(), wrong=False, wait_s=int(wait_s) + 1
            )
            return page, 429, {"Retry-After": str(int(wait_s) + 1)}
        wrong = True
    page = render_template(
        "door/logged_out.html", fields=_typed_fields(), wrong=wrong, wait_s=0, files=bool(request.files)
    )
    return page, 401


def _typed_fields() -> list[tuple[str, str]]:
    own = ("csrf_token", PIN_AGAIN, "mine")
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]


def try_pin(typed: str, pin_hash: str) -> float:
    """0 when the PIN is right, and then this browser is logged in; seconds to wait; −1 when it is wrong."""
    caller = request.remote_addr or "?"
    shared = "" if is_this_machine(caller) else "everyone"
    throttle = sessions().throttle
    wait_s = throttle.wait_s(caller, shared)
    if wait_s > 0:
        return wait_s
    hashes = [pin_hash, site().settings.web.reader_hash]
    opened_by = next((h for h in hashes if h and pin_matches(typed[:MAX_LENGTH], h)), "")
    if not opened_by:
        throttle.failed(caller, shared)
        return -1.0
    throttle.succeeded(caller)
    adopt(opened_by)
    return 0.0


def adopt(pin_hash: str) -> None:
    """Whoever has just made the PIN stays logged in; for months where the box on the page is ticked."""
    session["token"] = sessions().begin(pin_hash)
    if request.form.get("mine") == "1":
        known_browsers().forget(session.get("device", ""))
        agent = request.headers.get("User-Agent", "")
        session["device"] = known_browsers().remember(agent, pin_hash, site().now())
        session.permanent = True


def safe_next(target: str) -> str:
    """`target` when it is a path of this site, else the front page: never a way to another site."""
    ours = target.startswith("/") and not target.startswith("//")
    return target if ours and "\\" not in target and target.isprintable() else url_for("overview.page")


@bp.get("/login")
def login() -> ResponseReturnValue:
    if not site().settings.web.pin_hash:
        return redirect(url_for("overview.page"))
    return render_template(
        "door/login.html", next=safe_next(request.args.get("next", "/")), wrong=False, wait_s=0
    )


@bp.post("/login")
def login_post() -> ResponseReturnValue:
    pin_hash = site().settings.web.pin_hash
    if not pin_hash:
        return redirect(url_for("overview.page"))
    target = safe_next(request.form.get("next", "/"))
    wait_s = try_pin(request.form.get("pin", ""), pin_hash)
    if wait_s > 0:
        page = render_template("door/login.html", next=target, wrong=False, wait_s=int(wait_s) + 1)
        return page, 429, {"Retry-After": str(int(wait_s) + 1)}
    if wait_s < 0:
        return render_template("door/login.html", next=target, wrong=True, wait_s=0), 403
    return redirect(target)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    sessions().end(session.pop("token", ""))
    known_browsers().forget(session.pop("device", ""))
    return redirect(url_for("auth.login"))
