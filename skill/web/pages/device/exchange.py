"""Out and in again: export, import, backup, restore, and forgetting everything."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from skill.connect.outbox import forget_messages
from skill.errors import JournalError
from skill.journal.exchange.export import CSV_COLUMNS, write_csv, write_json
from skill.journal.exchange.importer import ImportRefusedError, import_json
from skill.journal.keeping.backup import Backup, backups, copy_to, make_backup, restore_into
from skill.journal.keeping.erase import empty_journal
from skill.journal.storage.database import DamagedJournal, NewerJournal
from skill.settings.docs import load_settings_docs, template
from skill.settings.rules import DEFAULTS, flat, with_values
from skill.settings.values import Settings
from skill.web.forms import archive
from skill.web.forms.archive import NotAnArchive
from skill.web.forms.spreadsheet import write_spreadsheet
from skill.web.showing.page import language, program, t
from skill.web.showing.words import words
from skill.web.site import site

bp = Blueprint("exchange", __name__, url_prefix="/exchange")

_OF_THIS_MACHINE = ("web.", "audio.", "connect.", "model_path", "english_model_path", "set_up")
"""Settings that a restored file never brings along: who may open the pages, and what this machine has."""

NEVER_OUT = ("web.pin_hash", "web.reader_hash", "web.host", "connect.password", "connect.mqtt_password")
"""Settings that an archive never holds."""

USUAL_COLUMNS = (
    "night",
    "started",
    "minutes",
    "place",
    "side",
    "pain_before",
    "sleep_disturbance",
    "steps",
    "danger_signs",
    "fall",
    "triggers",
    "notes",
)
"""Ticked beforehand in the choice of columns: what a person or a doctor reads."""


@bp.get("")
def page() -> ResponseReturnValue:
    return _page({})


def _page(problems: dict[str, str], code: int = 200) -> ResponseReturnValue:
    copies = backups(site().config.paths.backups)
    return render_template(
        "device/exchange.html",
        copies=copies,
        episodes=len(site().journal.episodes(include_false_starts=True)),
        problems=problems,
        zone=site().zone,
        columns=CSV_COLUMNS,
        usual=USUAL_COLUMNS,
    ), code


# --- export and import -----------------------------------------------------------------------------------


@bp.get("/journal.json")
def export_json() -> ResponseReturnValue:
    """Everything that was written and told, to bring back here or into another program."""
    person = asdict(site().settings.profile)
    return _written(
        lambda out: write_json(site().journal, out, site().now(), person), "application/json", "json"
    )


@bp.get("/spreadsheet.csv")
def export_spreadsheet() -> ResponseReturnValue:
    """One line an episode in the person's language, to read and count in."""
    w, tongue, episodes = words(), language(), site().journal.each_episode(include_false_starts=True)
    return _written(
        lambda out: write_spreadsheet(episodes, out, tongue, w),
        "text/csv",
        "csv",
        "utf-8-sig",
        t("exchange.file"),
    )


@bp.get("/nights.csv")
def export_csv() -> ResponseReturnValue:
    """One line an episode, for a spreadsheet: all columns, or those named (`column=night&column=place`).

    The mark at the beginning tells the spreadsheet that the text is UTF-8.
    """
    named = request.args.getlist("column")
    if not set(named) <= set(CSV_COLUMNS):
        return render_template("door/error.html", code=400, key="exchange.no_such_column"), 400
    columns = [name for name in CSV_COLUMNS if name in named or not named]
    return _written(
        lambda out: write_csv(site().journal, out, columns=columns), "text/csv", "csv", "utf-8-sig"
    )


@bp.post("/import")
def import_post() -> ResponseReturnValue:
    """Rows of an export, all of them or none. Those that are here already are not doubled."""
    uploaded = request.files.get("json")
    if uploaded is None or not uploaded.filename:
        return _page({"json": t("exchange.no_file")}, 400)
    try:
        found = import_json(site().journal, io.TextIOWrapper(uploaded.stream, encoding="utf-8-sig"))
    except ImportRefusedError as error:
        return _page({"json": program(error)}, 400)
    flash(t("exchange.imported", episodes=found.episodes, events=found.events, known=found.known), "good")
    return redirect(url_for("exchange.page"))


# --- backup and restore ----------------------------------------------------------------------------------


@bp.post("/backup")
def backup() -> ResponseReturnValue:
    make_backup(site().journal.where, site().config.paths.backups, site().now(), by_hand=True)
    flash(t("exchange.backup_made"), "good")
    return redirect(url_for("exchange.page", _anchor="backup"))


@bp.get("/everything.zip")
def everything() -> ResponseReturnValue:
    """The journal as it is now and the settings, to keep on another machine. Never the PIN, not even its hash."""
    harmless = with_values(site().settings, {key: DEFAULTS[key] for key in NEVER_OUT})
    text = template(load_settings_docs(site().config.prompts), harmless, harmless.language)
    with private_folder() as folder:
        copy_to(Path(site().journal.where), folder / archive.JOURNAL_NAME)
        body = archive.pack(folder / archive.JOURNAL_NAME, text)
    return download(body, "application/zip", f"krampevakt-{site().now():%Y-%m-%d}.zip")


@bp.post("/restore")
def restore_post() -> ResponseReturnValue:
    """Put back a copy from the list, or an uploaded one. What is there now is backed up first."""
    uploaded = request.files.get("file")
    wanted = request.form.get("copy", "")
    with private_folder() as folder:
        if wanted:
            return _restore(_named(wanted).path, None)
        if uploaded is None or not uploaded.filename:
            return _page({"file": t("exchange.no_file")}, 400)
        upload = folder / "upload"
        uploaded.save(upload)
        try:
            found = archive.unpack(upload, folder)
        except NotAnArchive:
            return _page({"file": t("exchange.not_a_backup")}, 400)
        return _restore(found.journal, found.settings)


def _named(name: str) -> Backup:
    """The copy of this name from the list; nothing else of the disk can be asked for."""
    found = next((b for b in backups(site().config.paths.backups) if b.path.name == name), None)
    if found is None:
        abort(404)
    return found


def _restore(source: Path, settings: Settings | None) -> ResponseReturnValue:
    journal = site().journal
    try:
        make_backup(journal.where, site().config.paths.backups, site().now(), rotate=False)
        restore_into(source, Path(journal.where))
    except NewerJournal:
        return _page({"file": t("exchange.newer_backup")}, 409)
    except DamagedJournal:
        return _page({"file": t("exchange.not_a_backup")}, 400)
    journal.prepare()
    site().extracts.forget()
    if settings is not None:
        kept = {key: value for key, value in flat(settings).items() if not key.startswith(_OF_THIS_MACHINE)}
        with contextlib.suppress(JournalError):
            site().change_settings(kept)
    flash(t("exchange.restored"), "good")
    return redirect(url_for("exchange.page", _anchor="backup"))


# --- forgetting ------------------------------------------------------------------------------------------


@bp.post("/erase")
def erase() -> ResponseReturnValue:
    if request.form.get("sure") != "1":
        return _page({"sure": t("exchange.not_sure")}, 400)
    empty_journal(site().journal, site().config.paths.backups)
    forget_messages(site().config.paths)
    site().extracts.forget()
    flash(t("exchange.erased"), "good")
    return redirect(url_for("exchange.page"))


# --- within ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """For files on their way in or out: on the journal's own disk, readable by its owner only, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=site().config.paths.data, prefix="journal-exchange-") as name:
        yield Path(name)


def _written(
    write: Callable[[IO[str]], None],
    mimetype: str,
    suffix: str,
    encoding: str = "utf-8",
    name: str = "krampevakt",
) -> ResponseReturnValue:
    """A file that `write` makes, sent from the disk: ten years of nights are forty megabytes."""
    body = tempfile.TemporaryFile(dir=site().config.paths.data, prefix="journal-exchange-")  # noqa: SIM115 (sent)
    text = io.TextIOWrapper(body, encoding=encoding, newline="")
    write(text)
    text.flush()
    text.detach()
    body.seek(0)
    return send_file(
        body,
        mimetype,
        as_attachment=True,
        max_age=0,
        download_name=f"{name}-{site().now():%Y-%m-%d}.{suffix}",
    )


def download(body: bytes | str, mimetype: str, name: str) -> ResponseReturnValue:
    """A file to save. `no-store` is set for every page (security)."""
    answer = make_response(body)
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
