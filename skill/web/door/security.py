"""What keeps other sites, other machines and hostile content out. One rule, one function.

Order of the checks: Host → size of the body → PIN (auth) → where a form comes from → CSRF token (Flask-WTF).
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from skill.files import read_small
from skill.web.door import auth
from skill.web.door.addresses import own_names
from skill.web.door.devices import REMEMBERED
from skill.web.site import Site, site

BODY_LIMIT = 256 * 1024  # bytes; a page's own forms are far smaller
UPLOAD_LIMIT = 64 * 1024 * 1024  # ten years of nights as JSON
UPLOAD_ENDPOINTS = frozenset({"exchange.import_post", "exchange.restore_post"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


def protect(app: Flask, the_site: Site) -> None:
    """Install every check on the app."""
    key = secret_key(the_site.config.paths.data / "web-secret")
    app.config.update(
        SECRET_KEY=key,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME=cookie_name(key),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page left open overnight must still work in the morning
    )
    app.permanent_session_lifetime = REMEMBERED + timedelta(days=30)
    auth.install_login(
        app.extensions, the_site.config.clock, the_site.config.paths.data / "web-browsers.json"
    )
    if the_site.settings.web.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=0, x_host=0, x_prefix=1)  # type: ignore[method-assign]
    app.before_request(check_host)
    app.before_request(limit_body)
    app.before_request(auth.require_pin)
    app.before_request(check_origin)
    CSRFProtect(app)
    app.after_request(add_headers)


def cookie_name(key: bytes) -> str:
    """Of this installation alone: a browser keeps no ports apart, so two homes on one machine would share a cookie."""
    return f"krampevakt-{sha256(b'cookie' + key).hexdigest()[:8]}"


def secret_key(path: Path) -> bytes:
    """The key that signs cookies: random, made once, kept where only the owner can read it.

    Where it can't be kept it is made anew at each start, and who was logged in logs in again.
    """
    try:
        return _kept_key(path)
    except OSError:
        return secrets.token_bytes(32)


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = read_small(path)
        if len(key) >= 32:
            path.chmod(0o600)
            return key
        path.unlink()  # cut off by a loss of power
        return _kept_key(path)
    key = secrets.token_bytes(32)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # half a key would be taken for one that a power cut left
        raise
    return key


def allowed_hosts(bound_host: str, extra: Iterable[str]) -> frozenset[str]:
    """Host names under which the pages answer, in lower case."""
    names = {"localhost", "127.0.0.1", "::1", bound_host.lower(), *(name.lower() for name in extra)}
    if not auth.is_this_machine(bound_host) and bound_host != "localhost":
        names |= set(own_names())  # once the network is let in
    return frozenset(names - {"", "0.0.0.0", "::"})


def host_allowed(host: str, bound_host: str, extra: Iterable[str]) -> bool:
    """Is `host` (a Host header) one of ours?

    A page of another site whose name has been pointed at this machine (DNS rebinding) still carries its own
    name here. An address written in digits can't be rebound, so those are fine once the network is let in.
    """
    name = host_name(host)
    if name in allowed_hosts(bound_host, extra):
        return True
    return not auth.is_this_machine(bound_host) and bound_host != "localhost" and _is_address(name)


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def check_host() -> None:
    extra = site().settings.web.allowed_hosts
    if not host_allowed(request.headers.get("Host", ""), site().config.bound_host, extra):
        abort(403)


def limit_body() -> None:
    if request.endpoint in UPLOAD_ENDPOINTS:
        request.max_content_length = UPLOAD_LIMIT


def check_origin() -> ResponseReturnValue | None:
    """A form sent from another site is refused even if it had a token."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none"):
        return None
    return render_template("door/error.html", code=400, key="error.csrf"), 400


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # health information: never in a shared or a disk cache
        response.headers["Cache-Control"] = "no-store"
    return response
