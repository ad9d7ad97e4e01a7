"""The PIN that opens the pages to the home network, and where they are reached from a telephone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.web.door import auth
from skill.web.door.addresses import addresses, qr_code
from skill.web.door.devices import REMEMBERED, KnownBrowser, fingerprint_of
from skill.web.door.pin import MAX_LENGTH, MIN_LENGTH, hash_pin, make_pin, pin_matches
from skill.web.showing.page import t
from skill.web.site import site

bp = Blueprint("pin", __name__, url_prefix="/settings/pin")


@bp.get("")
def page() -> ResponseReturnValue:
    return _pin_page()


def _pin_page(made: str = "", problems: Mapping[str, str] | None = None, reader_made: str = "") -> str:
    """Beside the PIN: where the pages are reached from a telephone, once they are open to the home network."""
    open_to_network = not auth.is_this_machine(site().config.bound_host)
    found = addresses(site().config.bound_port) if open_to_network else ()
    return render_template(
        "device/settings_pin.html",
        made=made,
        reader_made=reader_made,
        browsers=known(),
        zone=site().zone,
        problems=problems or {},
        addresses=found,
        qr=qr_code(found[0]) if found else "",
    )


def known() -> tuple[tuple[KnownBrowser, bool], ...]:
    """The browsers that need not log in, and whether each may only read."""
    web, now = site().settings.web, site().now()
    prints = {fingerprint_of(web.pin_hash): False, fingerprint_of(web.reader_hash): True}
    return tuple(
        (each, prints[each.opened_by])
        for each in auth.known_browsers().all()
        if each.opened_by in prints and now - each.began <= REMEMBERED
    )


@bp.post("/browsers")
def withdraw() -> ResponseReturnValue:
    """A telephone that was lost, or given away: it has to log in again."""
    gone = auth.known_browsers().withdraw(request.form.get("browser", ""))
    flash(t("pin.withdrawn" if gone else "pin.not_there"), "good" if gone else "warn")
    return redirect(url_for("pin.page", _anchor="browsers"))


@bp.post("/reader")
def reader() -> ResponseReturnValue:
    """Make or take away the PIN of those who may only read."""
    old_hash = site().settings.web.pin_hash
    if not old_hash:
        return _pin_page(problems={"": t("settings.needs_pin")}), 400
    if request.form.get("action") == "remove":
        site().change_settings({"web.reader_hash": ""})
        flash(t("pin.reader_removed"), "good")
        return redirect(url_for("pin.page", _anchor="reader"))
    made = make_pin()
    site().change_settings({"web.reader_hash": hash_pin(made)})
    return _pin_page(reader_made=made)


@bp.post("")
def change() -> ResponseReturnValue:
    """Make a PIN, choose one, or take it away (then the pages answer this machine only)."""
    action, old_hash = request.form.get("action", ""), site().settings.web.pin_hash
    if old_hash and not _old_pin_right(old_hash):
        return _pin_page(problems={"old": t("login.wrong")}), 403
    match action:
        case "make":
            made = make_pin()
            _use_pin(made)
            return _pin_page(made)
        case "choose":
            chosen = request.form.get("pin", "").strip()
            if not MIN_LENGTH <= len(chosen) <= MAX_LENGTH:
                problems = {"pin": t("pin.too_short", least=MIN_LENGTH)}
                return _pin_page(problems=problems), 400
            _use_pin(chosen)
            flash(t("pin.saved"), "good")
        case "remove":
            site().change_settings({"web.host": "127.0.0.1", "web.pin_hash": "", "web.reader_hash": ""})
            flash(t("pin.removed"), "good")
        case _:
            abort(400)
    return redirect(url_for("pin.page"))


def _old_pin_right(old_hash: str) -> bool:
    """Changing the PIN takes the old one, and guessing it here is as slow as on the log-in page."""
    caller = f"change {request.remote_addr}"
    throttle = auth.sessions().throttle
    if throttle.wait_s(caller) > 0:
        return False
    if pin_matches(request.form.get("old", "")[:MAX_LENGTH], old_hash):
        throttle.succeeded(caller)
        return True
    throttle.failed(caller)
    return False


def _use_pin(chosen: str) -> None:
    pin_hash = hash_pin(chosen)
    site().change_settings({"web.pin_hash": pin_hash})
    auth.adopt(pin_hash)
