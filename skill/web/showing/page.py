"""What every template can use: texts, language, theme, dates, and how the listener is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any, cast

from flask import Flask, g, request, session
from markupsafe import Markup, escape

from skill import __version__
from skill.journal.times import night_of
from skill.languages import LANGUAGES, Language
from skill.messages.message import Message, sentence_of
from skill.web.door.reading import reads_only
from skill.web.ports import StatusSnapshot
from skill.web.showing import dates
from skill.web.site import site

THEMES = ("auto", "light", "dark", "contrast")
SIZES = ("100", "150", "200")  # per cent of the usual text size


def language() -> Language:
    """Of the pages: what this browser chose, else the one the installation speaks."""
    chosen = session.get("language", "")
    return cast(Language, chosen) if chosen in LANGUAGES else site().settings.language


def theme() -> str:
    chosen = session.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def text_size() -> str:
    chosen = session.get("size", "100")
    return chosen if chosen in SIZES else "100"


def t(key: str, /, **values: object) -> str:
    """Page text in the language of this request."""
    return site().texts.text(language(), key, **values)


def tn(key: str, n: int, /, **values: object) -> str:
    """Page text for `n` things."""
    return site().texts.count(language(), key, n, **values)


def program(sentence: object) -> Markup:
    """A sentence of the program's own, or an error, in the language of this request.

    What has no key (a system's own words) is marked as bokmål, for readers that speak.
    """
    found = sentence_of(sentence) if isinstance(sentence, BaseException) else sentence
    if isinstance(found, Message):
        return escape(found.in_language(language()))
    return Markup('<span lang="nb">{}</span>').format(found) if language() != "nb" else escape(found)


def term(group: str, code: str) -> str:
    """What a code of the journal is called on the page ("place", "calf"); the code itself where it is new."""
    key = f"{group}.{code}"
    return t(key) if site().texts.has(key) else code.replace("_", " ")


def logged_in() -> bool:
    """Whether there is a log-in that this browser can leave."""
    return bool(g.get("logged_in", False))


def snapshot() -> StatusSnapshot:
    """The listener's state, asked for once in each request."""
    if "snapshot" not in g:
        g.snapshot = site().ports.status()
    return cast(StatusSnapshot, g.snapshot)


def install_page(app: Flask) -> None:
    formats: dict[str, Callable[..., str]] = {
        name: _localised(getattr(dates, name))
        for name in (
            "day",
            "long_day",
            "clock",
            "moment",
            "duration",
            "ago",
            "number",
            "night_name",
            "night_short",
            "weekday",
            "night_to",
            "month",
            "size",
        )
    }
    app.jinja_env.filters["upperfirst"] = upperfirst
    app.jinja_env.filters["groupby_whole"] = groupby_whole

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        return {
            "t": t,
            "tn": tn,
            "term": term,
            "program": program,
            "lang": language(),
            "theme": theme(),
            "logged_in": logged_in,
            "languages": LANGUAGES,
            "themes": THEMES,
            "size": text_size(),
            "sizes": SIZES,
            "snapshot": snapshot,
            "version": __version__,
            "settings": site().settings,
            "here": request.script_root + request.path,
            "reader": reads_only(),
            "fmt": formats,
            "night_of": night_of,
            "parts_options": options,
            "place_side": place_side,
            "number_options": [(str(n), str(n)) for n in range(11)],
            "choice_options": choice_options,
        }


def upperfirst(text: str) -> str:
    """The first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def groupby_whole(rows: tuple[tuple[str, str], ...]) -> list[tuple[bool, list[tuple[str, str]]]]:
    """Runs of rows, apart by whether a row is a line of its own or a label with its value."""
    return [(whole, list(part)) for whole, part in groupby(rows, key=lambda row: not (row[0] and row[1]))]


def options(group: str, codes: tuple[str, ...], present: str = "") -> list[tuple[str, str]]:
    """(code, name) for a choice; the present value too where it isn't among the usual ones."""
    known = codes if not present or present in codes else (present, *codes)
    return [(code, upperfirst(term(group, code))) for code in known]


def choice_options(key: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:  # noqa: ARG001 (called by templates)
    return [(code, term("choice", code)) for code in codes]


def place_side(place: str, side: str) -> str:
    """ "Legg, venstre"; that it isn't known where nothing is."""
    named = [term(group, code) for group, code in (("place", place), ("side", side)) if code]
    return upperfirst(", ".join(named)) if named else t("episode.place_unknown")


def _localised(function: Callable[..., str]) -> Callable[..., str]:
    def formatted(*args: Any, **values: Any) -> str:
        return function(language(), *args, **values)

    return formatted
