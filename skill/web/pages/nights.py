"""The nights, a month at a time: what happened, and on which nights nobody listened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.storage.rows import Summary
from skill.journal.storage.store import NoSuchEpisode
from skill.journal.times import night_of
from skill.web.drawing.calendar import marks_in, month_of_nights
from skill.web.forms import fields as forms
from skill.web.pages import coverage
from skill.web.site import site

bp = Blueprint("nights", __name__)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" is everything."""

    month: date  # its first day
    place: str = ""
    side: str = ""
    worst: str = ""  # least pain, "0".."10"
    false_starts: bool = False
    deleted: bool = False
    search: str = ""  # words of a note; then the whole journal is looked through

    @property
    def narrowed(self) -> bool:
        return bool(self.place or self.side or self.worst or self.deleted or self.search)


@dataclass(frozen=True, slots=True)
class NightRow:
    night: date
    episodes: tuple[Summary, ...]
    no_data: bool


@bp.get("/nights")
def page() -> ResponseReturnValue:
    if (year := request.args.get("year", "")).isdigit() and len(year) == 4:
        return year_page(int(year))
    filters = read_filters()
    if (night := night_looked_for(filters.search)) is not None:
        morning = night + timedelta(days=1)
        return redirect(url_for("nights.page", month=f"{morning:%Y-%m}", _anchor=f"night-{night}"))
    first, last = month_bounds(filters.month)
    if filters.search:
        chosen = with_words(filters)
    else:
        found = site().journal.episodes(
            first, last, include_deleted=filters.deleted, include_false_starts=filters.false_starts
        )
        chosen = tuple(e for e in found if matches(e, filters))
    dark = frozenset() if filters.narrowed else coverage.nights_without_data(first, min(last, today()))
    known = coverage.known_nights(chosen, first, min(last, today()), dark)
    weeks = month_of_nights(filters.month, replace(known, last=today()))
    return render_template(
        "night/nights.html",
        nights=by_night(chosen, dark),
        filters=filters,
        places=forms.PLACES,
        sides=forms.SIDES,
        earlier=filters.month - timedelta(days=1),
        later=last + timedelta(days=2),
        is_last=last >= today(),
        weeks=weeks,
        marks=marks_in((weeks,)),
        years=years(),
        search=filters.search,
        count=len(chosen),
        undo=undo_offer(),
        any_night=site().journal.first_night() is not None,
        undated=undated(),
    )


def undated() -> tuple[Summary, ...]:
    """Cramps from before the year 2000: the machine's clock was not set. No month shows them."""
    begun = site().journal.first_night()
    if begun is None or begun >= forms.EARLIEST:
        return ()
    return site().journal.episodes(until=forms.EARLIEST - timedelta(days=1), include_false_starts=True)


def year_page(year: int) -> ResponseReturnValue:
    """All nights of a year as calendars: any of them is one tap away."""
    newest = (today() + timedelta(days=1)).replace(day=1)
    year = min(max(year, forms.EARLIEST.year), newest.year)
    months = [date(year, m, 1) for m in range(1, 13) if date(year, m, 1) <= newest]
    first, last = month_bounds(months[0])[0], min(month_bounds(months[-1])[1], today())
    dark = coverage.nights_without_data(first, last)
    known = coverage.known_nights(site().journal.episodes(first, last), first, last, dark)
    calendars = [(month, month_of_nights(month, known)) for month in months]
    return render_template(
        "night/year.html",
        year=year,
        years=years(),
        calendars=calendars,
        marks=marks_in([weeks for _, weeks in calendars]),
        count=len(known.episodes),
    )


def years() -> tuple[int, ...]:
    """Years with nights in them, the newest first."""
    begun = site().journal.first_night()
    newest = (today() + timedelta(days=1)).year
    if begun is not None and begun < forms.EARLIEST:  # written by a clock that was not set
        begun = next((e.night for e in site().journal.episodes(since=forms.EARLIEST)), None)
    return tuple(range(newest, (begun + timedelta(days=1)).year - 1, -1)) if begun else ()


def night_looked_for(words: str) -> date | None:
    """The night *to* a day that was written in the search field; None where words were."""
    try:
        found = forms.parse_day("search", words) - timedelta(days=1) if words else None
    except forms.FormProblem:
        return None
    return found if found is not None and found <= today() else None


def read_filters() -> Filters:
    """From the address; nonsense counts as not given."""
    args = request.args
    try:
        month = date.fromisoformat(f"{args.get('month', '')}-01")
    except ValueError:
        month = today() + timedelta(days=1)
    month = min(max(month, forms.EARLIEST), today() + timedelta(days=1)).replace(day=1)
    place, side, worst = args.get("place", ""), args.get("side", ""), args.get("worst", "")
    return Filters(
        month=month,
        place=place if place in forms.PLACES else "",
        side=side if side in forms.SIDES else "",
        worst=worst if worst in {str(n) for n in range(11)} else "",
        false_starts=args.get("false_starts") == "1",
        deleted=args.get("deleted") == "1",
        search=" ".join(args.get("search", "").split())[:100],
    )


def with_words(filters: Filters) -> tuple[Summary, ...]:
    """Cramps of any night whose notes hold all the words that were looked for, in any order and case."""
    journal = site().journal
    begun = journal.first_night()
    if begun is None:
        return ()
    noted = [e for e in journal.episodes(begun, today(), include_false_starts=True) if e.notes]
    wanted = filters.search.casefold().split()
    texts = {e.uuid: " ".join(n.text for n in journal.episode(e.uuid).notes).casefold() for e in noted}
    return tuple(e for e in noted if all(word in texts[e.uuid] for word in wanted) and matches(e, filters))


def today() -> date:
    """The night that it is now."""
    return night_of(site().now())


def month_bounds(month: date) -> tuple[date, date]:
    """First and last night of a month. A night is of the month of its morning, by which it is named."""
    first = month.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first - timedelta(days=1), following - timedelta(days=2)


def matches(episode: Summary, filters: Filters) -> bool:
    pain = max((p for p in (episode.pain_before, episode.pain_after) if p is not None), default=-1)
    return (
        (not filters.place or episode.place == filters.place)
        and (not filters.side or episode.side in (filters.side, "both"))
        and (not filters.worst or pain >= int(filters.worst))
        and (not filters.deleted or episode.deleted)
    )


def by_night(episodes: Sequence[Summary], dark: frozenset[date]) -> tuple[NightRow, ...]:
    """Newest night first, and within a night in the order it happened."""
    groups = {night: tuple(part) for night, part in groupby(episodes, key=lambda e: e.night)}
    nights = sorted(groups.keys() | dark, reverse=True)
    return tuple(NightRow(n, groups.get(n, ()), n in dark) for n in nights)


def undo_offer() -> Summary | None:
    """The episode that was deleted a moment ago, when the address says so and it still is deleted."""
    uuid = request.args.get("undo", "")
    if not uuid:
        return None
    try:
        episode = site().journal.episode(uuid)
    except NoSuchEpisode:
        return None
    if not episode.deleted:
        return None
    found = site().journal.night(episode.night, include_deleted=True, include_false_starts=True)
    return next((e for e in found if e.uuid == uuid), None)
