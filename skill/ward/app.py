"""The ward's pages: one for all beds, one for a bed's nights, one for who has looked. Nobody sees any of it unnamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from skill.languages import Language
from skill.messages.message import Message, in_language
from skill.ward.board import board, nights_of
from skill.ward.metrics import ANSWERS_WITHIN_S, DatabaseLook, WardCounts, of_ward
from skill.ward.one_question import OneQuestion
from skill.ward.store import ROLES, Role, StaffMember, WardStore
from skill.web.door.pin import MAX_LENGTH, pin_matches
from skill.web.door.throttle import Throttle
from skill.web.showing.prometheus import exposition

LABEL_LENGTH, NAME_LENGTH = 80, 60
STAYS = timedelta(hours=12)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_NOBODY = "scrypt$16384$8$1$AAAA$AAAA"  # compared with where nobody is called so: it takes as long

View = Callable[..., ResponseReturnValue]


@dataclass
class WardSite:
    """What the pages stand on. `trouble`: what is wrong with the way of the beds' messages, "" for nothing."""

    store: WardStore
    secret: bytes
    language: Language
    now: Callable[[], datetime]
    clock: Callable[[], float]  # monotonic seconds
    trouble: Callable[[], str] = field(default=lambda: "")
    counts: WardCounts = field(default_factory=WardCounts)


def create_ward(the_ward: WardSite) -> Flask:
    """The pages as a WSGI application."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=the_ward.secret, SESSION_COOKIE_NAME="krampevakt-ward", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict", MAX_CONTENT_LENGTH=64 * 1024, WTF_CSRF_TIME_LIMIT=None,
        PERMANENT_SESSION_LIFETIME=STAYS,
    )  # fmt: skip
    CSRFProtect(app)
    _Pages(app, the_ward).install()
    return app


class _Pages:
    def __init__(self, app: Flask, the_ward: WardSite) -> None:
        self._app = app
        self._ward = the_ward
        self._store = the_ward.store
        self._throttle = Throttle(the_ward.clock)
        self._look = DatabaseLook(the_ward.store, the_ward.now)
        self._answers = OneQuestion("ward-answers", the_ward.store.answers)

    def install(self) -> None:
        add = self._app.add_url_rule
        add("/login", "login", self.login, methods=["GET", "POST"])
        add("/logout", "logout", self.logout, methods=["POST"])
        add("/", "board", self._for("reads", self.board))
        add("/bed/<bed>", "bed", self._for("reads", self.bed))
        add("/bed/<bed>/seen/<uuid>", "seen", self._for("acknowledges", self.seen), methods=["POST"])
        add("/bed/<bed>/name", "name", self._for("administers", self.name), methods=["POST"])
        add("/bed/<bed>/device", "device", self._for("administers", self.device), methods=["POST"])
        add("/bed/<bed>/erase", "erase", self._for("administers", self.erase), methods=["POST"])
        add("/audit", "audit", self._for("administers", self.audit))
        add("/metrics", "metrics", self.metrics)
        self._app.before_request(self._only_while_it_answers)
        self._app.after_request(_headers)
        self._app.register_error_handler(SQLAlchemyError, self._away)
        self._app.jinja_env.globals.update(
            t=self._text, language=self._ward.language, may=self._may, who=self._who
        )

    def board(self) -> ResponseReturnValue:
        lines = board(self._store.beds(), self._store.seen_by(), self._ward.now())
        trouble = in_language(self._ward.trouble(), self._ward.language)
        return render_template("ward/board.html", lines=lines, now=self._ward.now(), trouble=trouble)

    def bed(self, bed: str) -> ResponseReturnValue:
        found = self._store.bed(bed)
        if found is None:
            abort(404)
        self._store.note(self._who(), "looked", bed, self._ward.now())
        return render_template("ward/bed.html", bed=found, nights=nights_of(found), length=LABEL_LENGTH)

    def seen(self, bed: str, uuid: str) -> ResponseReturnValue:
        if not self._store.acknowledge(uuid, bed, self._who(), self._ward.now()):
            abort(404)
        return redirect(url_for("board"))

    def name(self, bed: str) -> ResponseReturnValue:
        label = " ".join(request.form.get("label", "").split())[:LABEL_LENGTH]
        self._store.name_bed(bed, label if label.isprintable() else "", self._who(), self._ward.now())
        return redirect(url_for("bed", bed=bed))

    def device(self, bed: str) -> ResponseReturnValue:
        self._store.accept_device(bed, self._who(), self._ward.now())
        return redirect(url_for("bed", bed=bed))

    def erase(self, bed: str) -> ResponseReturnValue:
        if request.form.get("sure") != "1":
            abort(400)
        self._store.erase(bed, self._who(), self._ward.now())
        return redirect(url_for("board"))

    def audit(self) -> ResponseReturnValue:
        return render_template("ward/audit.html", rows=self._store.audited())

    def login(self) -> ResponseReturnValue:
        if request.method == "GET":
            return render_template("ward/login.html", wrong=False)
        name = request.form.get("name", "").strip()[:NAME_LENGTH]
        if self._must_wait(name):
            return render_template("ward/login.html", wrong=True), 429
        person = self._store.person(name)
        if not self._has_pin(person, name, request.form.get("pin", "")):
            self._store.note("", "login_refused", "", self._ward.now())
            return render_template("ward/login.html", wrong=True), 403
        assert person is not None
        session.clear()
        session.permanent = True
        session["name"], session["began"] = person.name, self._ward.now().timestamp()
        session["pin"] = person.pin_hash[-12:]
        self._store.note(person.name, "login", "", self._ward.now())
        return redirect(url_for("board"))

    def logout(self) -> ResponseReturnValue:
        session.clear()
        return redirect(url_for("login"))

    def metrics(self) -> ResponseReturnValue:
        """For a program, which says its name and PIN with each request (HTTP basic); for people who are logged in too.

        While the database doesn't answer, whoever it knew last is let in, and hears just that.
        """
        given = request.authorization
        name = (given.username or "")[:NAME_LENGTH] if given is not None else ""
        if name and self._must_wait(name):
            return "", 429
        look = self._look.look()
        if name and given is not None:
            person = self._look.people.get(name)
            allowed = self._has_pin(person, name, given.password or "")
        else:
            allowed = look is not None and self._person() is not None
        if not allowed:
            return "", 401, {"WWW-Authenticate": 'Basic realm="krampevakt-ward", charset="UTF-8"'}
        site = self._ward
        return exposition(of_ward(look, site.counts, bool(site.trouble()), site.now()))

    def _must_wait(self, name: str) -> bool:
        """After too many wrong PINs, of this caller or for this name."""
        waits = (self._throttle.wait_s(who) for who in (_caller(), f"name {name}"))
        return any(wait_s > 0 for wait_s in waits)

    def _has_pin(self, person: StaffMember | None, name: str, pin: str) -> bool:
        right = pin_matches(pin[:MAX_LENGTH], person.pin_hash if person else _NOBODY) and person is not None
        if right:
            self._throttle.succeeded(_caller())
        else:
            self._throttle.failed(_caller(), f"name {name}")
        return right

    def _for(self, role: Role, view: View) -> View:
        """`view` for whoever has this role or a higher one, looked up anew for each request."""

        @wraps(view)
        def guarded(**values: str) -> ResponseReturnValue:
            person = self._person()
            if person is None:
                return redirect(url_for("login"))
            if ROLES.index(person.role) < ROLES.index(role):
                abort(403)
            return view(**values)

        return guarded

    def _person(self) -> StaffMember | None:
        """Whoever is logged in, while their PIN is the one that they logged in with."""
        person = self._store.person(str(session.get("name", "")))
        fresh = self._ward.now().timestamp() - float(session.get("began", 0)) < STAYS.total_seconds()
        same = person is not None and session.get("pin") == person.pin_hash[-12:]
        return person if fresh and same else None

    def _who(self) -> str:
        return str(session.get("name", ""))

    def _may(self, role: Role) -> bool:
        person = self._person()
        return person is not None and ROLES.index(person.role) >= ROLES.index(role)

    def _text(self, key: str, **values: Any) -> str:
        return Message(f"ward.page_{key}", **values).in_language(self._ward.language)

    def _only_while_it_answers(self) -> ResponseReturnValue | None:
        """A frozen database would hold every page up, and the next ones with it."""
        if request.endpoint in ("static", "metrics") or self._answers.answer(ANSWERS_WITHIN_S):
            return None
        return self._away()

    def _away(self, _error: Exception | None = None) -> ResponseReturnValue:
        return render_template("ward/away.html"), 503


def _caller() -> str:
    """A program with a wrong PIN keeps no people of the same address out."""
    return f"{request.endpoint} {request.remote_addr or '?'}"


def _headers(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer
