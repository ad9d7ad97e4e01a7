"""What a telephone needs to keep the pages on its home screen: manifest, service worker, and a page without network."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from skill.web.showing.page import language, t

bp = Blueprint("install", __name__)

ICON_SIZES = (192, 512)
BACKGROUND = "#f6f3ec"  # --paper of style.css


@bp.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Name, icons and colours, in the language of the pages."""
    answer = jsonify(
        name=t("app.name"),
        short_name=t("app.name"),
        lang=language(),
        start_url=url_for("overview.page"),
        scope=url_for("overview.page"),
        display="standalone",
        background_color=BACKGROUND,
        theme_color=BACKGROUND,
        icons=[
            {
                "src": url_for("static", filename=f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
            }
            for size in ICON_SIZES
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/worker.js")
def worker() -> ResponseReturnValue:
    """At the top, so that it may answer for every page. Browsers take it only over https or on this machine."""
    answer = current_app.send_static_file("worker.js")
    answer.headers["Service-Worker-Allowed"] = url_for("overview.page")
    return answer


@bp.get("/offline")
def offline() -> ResponseReturnValue:
    """What is shown when the device can't be reached. Holds nothing of anybody's nights."""
    return render_template("door/offline.html")
