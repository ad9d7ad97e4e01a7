"""`create_app`: the pages, wired."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from skill.errors import KrampevaktError
from skill.journal.storage.store import EpisodeChanged, NoSuchEpisode
from skill.web import assets
from skill.web.door import auth, prefs, security
from skill.web.forms.settings_reader import SettingsReader
from skill.web.pages import episode, learn, manual_entry, morning, nights, overview, physician, taking_back
from skill.web.pages.device import (
    connect_page,
    enrol_page,
    exchange,
    install,
    metrics,
    pin_page,
    settings_page,
    setup,
    status,
    trying,
    understood,
)
from skill.web.showing import page, spoken
from skill.web.showing.texts import load_page_texts
from skill.web.site import KEY, Site, WebConfig

BLUEPRINTS = (
    auth.bp,
    manual_entry.bp,
    metrics.bp,
    physician.bp,
    connect_page.bp,
    enrol_page.bp,
    episode.bp,
    exchange.bp,
    install.bp,
    learn.bp,
    morning.bp,
    nights.bp,
    overview.bp,
    prefs.bp,
    pin_page.bp,
    settings_page.bp,
    setup.bp,
    status.bp,
    taking_back.bp,
    trying.bp,
    understood.bp,
)


def create_app(config: WebConfig) -> Flask:
    """The pages as a WSGI application. Raises ContentError when a page text is missing."""
    app = Flask(__name__)
    the_site = Site(
        config,
        load_page_texts(config.prompts),
        SettingsReader(config.paths.settings_file),
        spoken.reader(config.prompts),
    )
    app.extensions[KEY] = the_site
    security.protect(app, the_site)
    assets.install_assets(app)
    page.install_page(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for code in (400, 403, 404, 405, 413, 414, 429):
        app.register_error_handler(code, _error_page(code))
    app.register_error_handler(CSRFError, _error_page(400, "error.csrf"))
    app.register_error_handler(NoSuchEpisode, _error_page(404))
    app.register_error_handler(EpisodeChanged, _error_page(409))
    app.register_error_handler(KrampevaktError, _known_fault)
    app.register_error_handler(500, _error_page(500))
    return app


def _error_page(code: int, key: str = "") -> Callable[[Exception], ResponseReturnValue]:
    def show(error: Exception) -> ResponseReturnValue:  # noqa: ARG001
        return render_template("door/error.html", code=code, key=key or f"error.{code}"), code

    return show


def _known_fault(error: KrampevaktError) -> ResponseReturnValue:
    """Something the user should read: the sentence, and a status that no page was lost."""
    code = 503 if request.method == "GET" else 409
    return render_template("door/error.html", code=code, key="error.fault", detail=error), code
