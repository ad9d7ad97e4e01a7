"""Commands of the model room: krampevakt model build | check | pin | onnx | sounds-alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from skill.commands.terminal import shown
from skill.content.phrases import load_phrases
from skill.errors import ModelError
from skill.files import write_whole
from skill.messages.message import Message
from skill.model.acoustic import read_acoustic_model
from skill.model.build import Report, read_list
from skill.model.build import build as build_model
from skill.model.folder import model_faults, require, write_checksums
from skill.model.lexicon import Pronouncer, letters_of, read_lexicon
from skill.model.network.as_onnx import onnx_network
from skill.model.phones import read_phones
from skill.model.phrase_lists import PhraseList, grammar_from_list, grammars_from_book, sayable
from skill.model.similarity import sounds_alike, ways_of
from skill.paths import models_dir, prompts_dir

_FILE = click.Path(path_type=Path, dir_okay=False)
_OF_THE_PACKAGE = "package"  # --intents without a path
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def model() -> None:
    """Make and check speech models."""


@model.command()
@click.option("--words", type=_FILE)
@click.option("--phrases", type=_FILE)
@click.option("--intents", is_flag=False, flag_value=_OF_THE_PACKAGE, type=click.Path(path_type=Path))
@click.option("--home", type=_FILE)
@click.option("--out", type=_FOLDER, required=True)
@click.option("--base", type=_FOLDER)
@click.option("--unk-cost", type=float)
@click.option("--guess/--no-guess", default=True)
def build(  # noqa: PLR0913  each is an option
    words: Path | None,
    phrases: Path | None,
    intents: Path | None,
    home: Path | None,
    out: Path,
    base: Path | None,
    unk_cost: float | None,
    guess: bool,
) -> None:
    """Make a Vosk folder for a list of Norwegian words or phrases."""
    if intents is not None:
        _build_home(intents, home, base or models_dir() / "nb", out)
        return
    if words is None and phrases is None:
        raise click.UsageError(shown(Message("commands.words_or_phrases")))
    report = build_model(
        read_list(words) if words else [],
        read_list(phrases) if phrases else [],
        base or models_dir() / "nb",
        out,
        guess=guess,
        unk_cost=unk_cost,
    )
    console = Console(highlight=False, soft_wrap=True)
    console.print(shown(Message(
        "commands.model_built", out=report.out, words=report.words, phrases=report.phrases,
        states=report.states, seconds=report.seconds,
    )))  # fmt: skip
    _tell_guessed(console, report)


def _build_home(intents: Path, home_file: Path | None, base: Path, out: Path) -> None:
    try:
        from skill.wyoming_server.closed_intents import read_intents
        from skill.wyoming_server.home_file import Home, read_home
        from skill.wyoming_server.home_folder import build_home
    except ImportError as error:
        raise ModelError(Message("wyoming.extra_missing", error=error.name or error)) from error
    templates = read_intents(None if str(intents) == _OF_THE_PACKAGE else intents)
    home = read_home(home_file) if home_file else Home()
    report = build_home(templates, home, home_file, base, out)
    console = Console(highlight=False, soft_wrap=True)
    console.print(shown(Message(
        "wyoming.home_built", out=report.out, words=report.words, sentences=report.phrases, seconds=report.seconds,
    )))  # fmt: skip
    names = {word for text in home.texts for word in text.split()}
    _tell_guessed(console, replace(report, guessed=tuple(s for s in report.guessed if s.word in names)))


def _tell_guessed(console: Console, report: Report) -> None:
    for spoken in report.guessed:
        ways = ", ".join(" ".join(way) for way in spoken.ways)
        console.print(f"  {spoken.word}: {ways}  ({spoken.origin})")
    if report.guessed:
        console.print(shown(Message("commands.pronunciations_guessed")))


@model.command()
@click.argument("folder", type=_FOLDER)
@click.option("--words", type=_FILE)
def check(folder: Path, words: Path | None) -> None:
    """Say what is wrong with a Vosk folder, before anything listens with it."""
    found = model_faults(folder)
    if not found and words is not None:
        vocabulary = require(folder).words
        unheard = [text for text in read_list(words) if not sayable(text, vocabulary)]
        found = [Message("commands.model_cannot_hear", text=text) for text in unheard]
    if found:
        raise ModelError(Message("model.several", faults=found))
    click.echo(shown(Message("commands.model_well", folder=folder, count=len(require(folder).words))))


@model.command()
@click.argument("folder", type=_FOLDER)
def pin(folder: Path) -> None:
    """Write SHA256SUMS: from then on, check refuses a folder in which a file has changed."""
    require(folder, pinned=False)
    click.echo(shown(Message("commands.checksums_written", path=write_checksums(folder))))


@model.command()
@click.argument("folder", type=_FOLDER)
@click.argument("out", type=_FILE)
def onnx(folder: Path, out: Path) -> None:
    """Write the network of a Vosk folder as ONNX, for runtimes that don't know Kaldi."""
    final_mdl = folder / "am/final.mdl"
    read_acoustic_model(final_mdl)
    try:
        written = onnx_network(final_mdl)
        write_whole(out, written)
    except ImportError as error:
        raise ModelError(Message("model.onnx_missing", package=error.name or error)) from error
    except OSError as error:
        raise ModelError(Message("model.not_written", path=out, error=error.strerror)) from error
    click.echo(shown(Message("commands.network_written", path=out, size_mb=len(written) / 1e6)))


@model.command("sounds-alike")
@click.option("--base", type=_FOLDER)
@click.option("--grammar", "lists", type=_FILE, multiple=True)
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
@click.option("--within", default=1.0, show_default=True)
def sounds_alike_command(base: Path | None, lists: Sequence[Path], language: str, within: float) -> None:
    """List phrases of one grammar that mean different things and sound alike."""
    folder = base or models_dir() / "nb"
    phones = read_phones(folder / "phones.json")
    pronouncer = Pronouncer(
        read_lexicon(folder / "lexicon.tsv", phones.speech), phones.speech, letters_of(folder)
    )
    grammars = [grammar_from_list(path) for path in lists]
    if not grammars:
        grammars = grammars_from_book(load_phrases(prompts_dir(), language))
    table = Table(title=shown(Message("commands.alike_title", within=within)))
    phrase, said_as = Message("commands.alike_phrase"), Message("commands.alike_said_as")
    columns, apart = Message("commands.alike_grammars"), Message("commands.alike_apart")
    for name in (columns, phrase, phrase, apart, said_as, said_as):
        table.add_column(shown(name))
    # Grammars share most of their phrases: each pair is compared once, whatever grammars it is live in.
    phrases = dict.fromkeys(phrase for grammar in grammars for phrase in grammar.phrases)
    spoken = pronouncer.pronounce(word for phrase in phrases for word in phrase.split())
    ways = {phrase: ways_of([spoken[word].ways for word in phrase.split()]) for phrase in phrases}
    for pair in sounds_alike(ways, within, lambda first, second: _never_rivals(grammars, first, second)):
        live = [g.name for g in grammars if _rivals(g, pair.first, pair.second)]
        first, second = " ".join(pair.first_way), " ".join(pair.second_way)
        table.add_row(" ".join(live), pair.first, pair.second, f"{pair.distance:.1f}", first, second)
    Console().print(table)


def _rivals(grammar: PhraseList, first: str, second: str) -> bool:
    """Are both live in `grammar`, with different meanings?"""
    return {first, second} <= set(grammar.phrases) and grammar.means(first) != grammar.means(second)


def _never_rivals(grammars: Sequence[PhraseList], first: str, second: str) -> bool:
    return not any(_rivals(grammar, first, second) for grammar in grammars)
