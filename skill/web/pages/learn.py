"""Kunnskap: the knowledge pages of prompts/, with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from skill.content.check.sources import SourceRow, link_of, read_sources
from skill.content.knowledge.learn import Page, load_pages
from skill.languages import Language
from skill.web.showing.page import language
from skill.web.site import site

bp = Blueprint("learn", __name__, url_prefix="/learn")


@cache
def pages(prompts: Path, tongue: Language) -> tuple[Page, ...]:
    return load_pages(prompts, tongue)


@cache
def source_rows(prompts: Path) -> Mapping[str, SourceRow]:
    return read_sources(prompts)[0]


@bp.get("")
def page() -> ResponseReturnValue:
    return render_template("learn.html", pages=pages(site().config.prompts, language()))


@bp.get("/<name>")
def article(name: str) -> ResponseReturnValue:
    found = next((p for p in pages(site().config.prompts, language()) if p.name == name), None)
    if found is None:
        abort(404)
    rows = source_rows(site().config.prompts)
    sources = [(source, link_of(source, rows)) for source in found.sources]
    # Page.html escapes everything that a page holds, so it may stand as it is
    return render_template("learn_page.html", article=found, sources=sources, body=Markup(found.html))
