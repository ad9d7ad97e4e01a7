"""`krampevakt rehearse`: a conversation without sound, for whoever edits or reviews what is said."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import click

from skill.commands.terminal import terminal_language
from skill.content.breath import load_skipped
from skill.content.phrases import load_phrases
from skill.content.script_reading import load_script
from skill.dialogue.capabilities import capabilities
from skill.dialogue.state import FACTS, initial
from skill.errors import ContentError
from skill.languages import Language
from skill.messages.catalogue import message_text
from skill.messages.message import Message
from skill.paths import prompts_dir
from skill.settings.values import Profile, VoiceSettings
from skill.simulation.rehearsal import Product, Rehearsal, ScriptLine, SpokenRow, rehearse_lines

_YES = ("true", "ja", "yes", "1", "on")
_NO = ("false", "nei", "no", "0", "off")


def read_lines(text: str, name: str) -> list[ScriptLine]:
    """Lines `seconds<TAB>what is said`; empty lines and those that begin with # mean nothing.

    Raises ContentError with file, line and what is meant.
    """
    found: list[ScriptLine] = []
    for number, written in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not written.strip() or written.lstrip().startswith("#"):
            continue
        time, tab, said = written.strip().partition("\t")
        if not tab:
            time, _, said = written.strip().partition(" ")
        try:
            at_s = float(time.strip().replace(",", "."))
        except ValueError:
            at_s = -1.0
        if not 0 <= at_s < 1e6:
            raise ContentError(
                Message("commands.rehearse_no_time", file=name, line=number, text=written.strip())
            )
        if found and at_s < found[-1].at_s:
            before = f"{found[-1].at_s:g}"
            raise ContentError(
                Message("commands.rehearse_order", file=name, line=number, at=f"{at_s:g}", before=before)
            )
        found.append(ScriptLine(at_s, said.strip() or "."))
    return found


def read_profile(pairs: Iterable[str]) -> Profile:
    """A profile from `key=value`; raises ContentError for a key or value that there is none of."""
    profile = Profile()
    known = {f.name: f.type for f in fields(Profile)}
    for pair in pairs:
        key, _, value = pair.partition("=")
        key, value = key.strip().removeprefix("profile."), value.strip()
        if key not in known:
            raise ContentError(Message("commands.rehearse_profile", key=key, known=", ".join(sorted(known))))
        if known[key] == "bool":
            if value.lower() not in (*_YES, *_NO):
                raise ContentError(Message("commands.rehearse_yes_no", pair=pair, key=key))
            profile = replace(profile, **{key: value.lower() in _YES})  # type: ignore[arg-type]
        else:
            profile = replace(profile, **{key: value})  # type: ignore[arg-type]
    return profile


def make_product(language: str, profile: Profile) -> Product:
    """The texts, phrases and rules of this installation. Raises ContentError."""
    folder = prompts_dir()
    return Product(
        load_script(folder, language), load_phrases(folder, language), load_skipped(folder),
        capabilities(profile), VoiceSettings().rate_wpm,
    )  # fmt: skip


def as_objects(rows: Sequence[SpokenRow]) -> list[dict[str, object]]:
    """The rows as JSON has them."""
    found: list[dict[str, object]] = []
    for row in rows:
        entry: dict[str, object] = {"at_s": round(row.at_s, 2), "who": row.who, "text": row.text}
        if row.who == "person":
            entry |= {"grammar": row.grammar, "meaning": row.meaning}
            if not row.meaning:
                entry["near"] = list(row.near)
        elif row.who == "krampevakt":
            entry["keys"] = list(row.keys)
        found.append(entry)
    return found


def as_text(row: SpokenRow, language: Language = "nb") -> str:
    """One row for a reader, with what was live and, where nothing was understood, what is near."""
    minutes, seconds = divmod(row.at_s, 60)
    line = f"{int(minutes):02d}:{seconds:04.1f}  {row.who:>10}  {row.text}"
    if row.who == "person":
        line += (
            f"   [{row.grammar}: {row.meaning or message_text('commands.rehearse_not_understood', language)}]"
        )
        if row.near:
            line += (
                "\n"
                + " " * 21
                + message_text("commands.rehearse_near", language)
                + ": "
                + ", ".join(f"«{text}»" for text in row.near)
            )
    return line


@click.command()
@click.option(
    "--script", "source", type=click.Path(path_type=Path), help="Lines of seconds<TAB>what is said."
)
@click.option("--json", "as_json", is_flag=True, help="One list of objects: at_s, who and text.")
@click.option(
    "--profile", "pairs", multiple=True, metavar="KEY=VALUE", help="A field of the profile; repeatable."
)
@click.option(
    "--knows", "facts", multiple=True, type=click.Choice(FACTS), help="Known from the journal; repeatable."
)
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
def rehearse(
    source: Path | None, as_json: bool, pairs: tuple[str, ...], facts: tuple[str, ...], language: str
) -> None:
    """Rehearse a conversation without sound: typed line by line, or from a script, in fast time."""
    lines = _from_file(source) if source else None
    rehearsal = Rehearsal(make_product(language, read_profile(pairs)), initial(frozenset(facts)))
    if lines is None:
        _typed(rehearsal, as_json)
    else:
        rehearse_lines(rehearsal, lines)
    if as_json:
        click.echo(json.dumps(as_objects(rehearsal.rows), ensure_ascii=False, indent=1))
    elif lines is not None:
        for row in rehearsal.rows:
            click.echo(as_text(row, terminal_language()))


def _from_file(source: Path) -> list[ScriptLine]:
    try:
        text = source.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(Message("commands.rehearse_not_text", file=str(source))) from error
    except OSError as error:
        raise ContentError(
            Message("commands.rehearse_unreadable", file=str(source), why=str(error.strerror))
        ) from error
    return read_lines(text, str(source))


def _typed(rehearsal: Rehearsal, as_json: bool) -> None:
    """A line is said when it listens; an empty one, or «.», lets time pass until it has said something more."""
    if not as_json:
        click.echo(Message("commands.rehearse_how").in_language(terminal_language()))
    shown = 0
    for typed in sys.stdin:
        if typed.strip() in ("", "."):
            rehearsal.until_next_word()
        else:
            rehearsal.say(typed)
            rehearsal.until_silence()
        shown = _show(rehearsal, shown, as_json)
    rehearsal.until_quiet()
    _show(rehearsal, shown, as_json)


def _show(rehearsal: Rehearsal, shown: int, as_json: bool) -> int:
    if not as_json:
        for row in rehearsal.rows[shown:]:
            click.echo(as_text(row, terminal_language()))
    return len(rehearsal.rows)
