"""krampevakt collect: a person reads phrases in their own dialect, and the recordings can be measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from skill.audio.samples import RATE_HZ
from skill.collect.collection import Collection, Consent, TakeRow, check_speaker
from skill.collect.microphone import LiveTakeRecorder, TakeRecorder, WavTakeRecorder, seconds_for
from skill.collect.take import Quality, quality
from skill.content.phrases import load_phrases
from skill.content.toml_file import read_toml
from skill.errors import ContentError, ModelError
from skill.messages.message import Message
from skill.paths import prompts_dir

PRIVATE, SHARED = "private, not to be shared", "CC0-1.0"
SOURCE = "krampevakt collect"
_TEXTS = (
    "consent", "agree", "share", "declined", "speaker", "dialect", "introduction", "resumed", "prompt", "start",
    "speak", "after", "wording", "saved", "again", "interrupted", "finished", "withdrawn", "unknown_speaker",
)  # fmt: skip
_PROBLEMS = ("silent", "quiet", "clipped", "cut_begin", "cut_end", "short")


@dataclass(frozen=True)
class PhraseToRead:
    """One phrase to be read."""

    style: str
    phrase: str


@dataclass(frozen=True)
class Leaflet:
    """prompts/<language>/collect.toml: what is asked for, and the texts on the way."""

    texts: Mapping[str, str]
    problems: Mapping[str, str]
    styles: Mapping[str, str]
    readings: tuple[PhraseToRead, ...]


def load_leaflet(prompts: Path, language: str) -> Leaflet:
    """Read and check collect.toml; every phrase must be one that the product listens for.

    Raises ContentError with file and line.
    """
    file = read_toml(prompts / language / "collect.toml")
    tables = {name: file.data.get(name, {}) for name in ("texts", "problems", "styles")}
    for name, wanted in (("texts", _TEXTS), ("problems", _PROBLEMS)):
        missing = [key for key in wanted if key not in tables[name]]
        if missing:
            raise ContentError(Message(
                "commands.leaflet_lacks",
                path=file.path, line=file.table_line(name), name=f"{name}.{missing[0]}",
            ))  # fmt: skip
    known = {phrase.text for phrase in load_phrases(prompts, language).phrases}
    readings = []
    for index, group in enumerate(file.data.get("read", [])):
        line = file.table_line("read", index)
        if group.get("style") not in tables["styles"]:
            raise ContentError(Message(
                "commands.leaflet_unknown_style", path=file.path, line=line, style=group.get("style")
            ))  # fmt: skip
        for phrase in group.get("phrases", []):
            if phrase not in known:
                where = file.value_line(phrase, line + 1)
                raise ContentError(Message(
                    "commands.leaflet_unknown_phrase", path=file.path, line=where, phrase=phrase
                ))  # fmt: skip
            readings.append(PhraseToRead(group["style"], phrase))
    if not readings or len(set(readings)) != len(readings):
        raise ContentError(Message("commands.leaflet_without_phrases", path=file.path))
    return Leaflet(tables["texts"], tables["problems"], tables["styles"], tuple(readings))


@dataclass(frozen=True)
class ReadingSession:
    """Who reads."""

    speaker: str
    dialect: str
    licence: str


def ask_consent(leaflet: Leaflet, collection: Collection, speaker: str) -> str | None:
    """The licence agreed to, now or before; None when the person says no (then nothing is written)."""
    before = collection.consent_of(speaker)
    if before is not None:
        return before.licence
    text = leaflet.texts["consent"].format(folder=collection.folder, speaker=speaker)
    click.echo(text)
    if not click.confirm(leaflet.texts["agree"], default=False):
        return None
    licence = SHARED if click.confirm(leaflet.texts["share"], default=False) else PRIVATE
    collection.add_consent(Consent(speaker, _now(), licence, " ".join(text.split())))
    return licence


def record_all(
    leaflet: Leaflet, collection: Collection, reader: ReadingSession, microphone: TakeRecorder
) -> None:
    """Ask for each phrase that isn't there yet. Raises click.Abort when the person stops (Ctrl-C)."""
    done = collection.done(reader.speaker)
    total = len(leaflet.readings)
    todo = [
        (number, reading)
        for number, reading in enumerate(leaflet.readings, 1)
        if (reading.style, reading.phrase) not in done
    ]
    if done and todo:
        click.echo(leaflet.texts["resumed"].format(done=total - len(todo), next=todo[0][0]))
    for number, reading in todo:
        style = leaflet.styles[reading.style]
        click.echo()
        click.echo(
            leaflet.texts["prompt"].format(number=number, total=total, style=style, phrase=reading.phrase)
        )
        _read_one(leaflet, collection, reader, microphone, number, reading)


def _read_one(
    leaflet: Leaflet,
    collection: Collection,
    reader: ReadingSession,
    microphone: TakeRecorder,
    number: int,
    reading: PhraseToRead,
) -> None:
    """Until the phrase is saved or skipped."""
    texts = leaflet.texts
    skip, repeat, differently = (
        _key(texts[name], place) for name, place in (("start", 1), ("after", 1), ("after", 2))
    )
    while True:
        if _answer(texts["start"]) == skip:
            return
        take = microphone.record(seconds_for(reading.phrase), lambda: click.echo(texts["speak"]))
        found = quality(take, RATE_HZ)
        if found.problem is not None:
            click.echo(texts["again"].format(problem=leaflet.problems[found.problem]))
            continue
        choice = _answer(texts["after"])
        if choice == repeat:
            continue
        said = reading.phrase
        if choice == differently:
            said = " ".join(click.prompt(texts["wording"], default=said).lower().split())
        collection.add(_row(reader, number, reading, said, found), take)
        click.echo(texts["saved"].format(level=round(found.level_dbfs)))
        return


def _key(text: str, place: int) -> str:
    """The letter of the choice number `place` in "Enter = …, h = …"."""
    return text.split(", ")[place].split("=")[0].strip()


def _answer(text: str) -> str:
    return str(click.prompt(text, default="", show_default=False)).strip().lower()


def _row(reader: ReadingSession, number: int, reading: PhraseToRead, said: str, found: Quality) -> TakeRow:
    return TakeRow(
        file=f"{reader.speaker}/{number:02d}_{reading.style}.wav",
        transcript=said,
        kind="human",
        speaker=reader.speaker,
        sex="",
        source=SOURCE,
        licence=reader.licence,
        seconds=f"{found.seconds:.2f}",
        style=reading.style,
        shown=reading.phrase,
        dialect=reader.dialect,
        level_dbfs=f"{found.level_dbfs:.1f}",
        recorded_at=_now(),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
@click.option("--speaker")
@click.option("--dialect")
@click.option("--device")
@click.option(
    "--from-wav",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option("--withdraw")
def collect(  # noqa: PLR0913  click gives a parameter for each option
    out: Path,
    language: str,
    speaker: str | None,
    dialect: str | None,
    device: str | None,
    from_wav: Path | None,
    withdraw: str | None,
) -> None:
    """Record a person reading the phrases, with their consent, to measure models on."""
    leaflet = load_leaflet(prompts_dir(), language)
    collection = Collection(out)
    texts = leaflet.texts
    if withdraw is not None:
        count = collection.withdraw(check_speaker(withdraw))
        if not count:
            raise ModelError(texts["unknown_speaker"].format(speaker=withdraw, folder=out))
        click.echo(texts["withdrawn"].format(count=count, speaker=withdraw))
        return
    collection.rows()  # a folder that holds something else is refused before anyone has spoken
    name = check_speaker(speaker or click.prompt(texts["speaker"]))
    licence = ask_consent(leaflet, collection, name)
    if licence is None:
        click.echo(texts["declined"])
        return
    before = [row for row in collection.rows() if row.speaker == name]
    spoken = dialect or (before[0].dialect if before else click.prompt(texts["dialect"], default=""))
    click.echo(texts["introduction"])
    microphone: TakeRecorder = (
        WavTakeRecorder(_sound_files(from_wav)) if from_wav else LiveTakeRecorder(device)
    )
    total = len(leaflet.readings)
    try:
        record_all(leaflet, collection, ReadingSession(name, spoken, licence), microphone)
    except (click.Abort, KeyboardInterrupt):
        click.echo()
        click.echo(texts["interrupted"].format(done=len(collection.done(name)), total=total, folder=out))
        return
    count = len(collection.done(name))
    click.echo(texts["finished"].format(done=count, total=total, manifest=collection.manifest))


def _sound_files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".wav", ".flac", ".ogg"))
