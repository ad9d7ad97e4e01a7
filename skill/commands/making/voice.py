"""Commands of the spoken sentences: krampevakt voice build | who."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from skill.commands.bedside.common import open_home
from skill.commands.terminal import shown
from skill.content.script_reading import read_script
from skill.errors import ModelError, VoiceError
from skill.languages import Language
from skill.messages.message import Message
from skill.paths import models_dir, prompts_dir
from skill.service.assembly import who_says
from skill.settings.file import load
from skill.speaking.pack.pack_voice import SPEAKERS
from skill.speaking.pack.sentences import sentences_of

if TYPE_CHECKING:
    from skill.speaking.making.build import PackBuilder

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_LANGUAGES: tuple[Language, ...] = ("nb", "nn")


@click.group()
def voice() -> None:
    """The sentences that come spoken: who says what, and making them anew."""


@voice.command()
@click.option("--engine", type=_FOLDER, required=True)
@click.option("--language", type=click.Choice(_LANGUAGES), multiple=True)
@click.option("--speaker", type=click.Choice(SPEAKERS), multiple=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--stranger/--no-stranger", default=True)
@click.option("--again", is_flag=True)
def build(
    engine: Path,
    language: Sequence[Language],
    speaker: Sequence[str],
    out: Path | None,
    stranger: bool,
    again: bool,
) -> None:
    """Render every fixed sentence that is new or changed. By day: about two seconds of a core a sentence.

    Stopped at any time, it goes on where it was when called again.
    """
    out = out or models_dir() / "voices"
    console = Console(highlight=False, soft_wrap=True)
    transcribe = _stranger(engine / "whisper") if stranger and (engine / "whisper").is_dir() else None
    for each in language or _LANGUAGES:
        sentences = sentences_in(prompts_dir(), each)
        for who in speaker or SPEAKERS:
            builder = _builder(engine, out, each, who, sentences, transcribe)
            with Progress(console=console) as bar:
                moved = partial(_show, bar, bar.add_task(f"{each} {who}", total=len(sentences)))
                fell_back = builder.build(sentences, moved, again)
            size_mb = sum(file.stat().st_size for file in (out / each / who).glob("*.opus")) / 1e6
            count = len(sentences) - len(fell_back)
            console.print(shown(Message(
                "commands.voice_built", language=each, speaker=who, count=count, size_mb=size_mb
            )))  # fmt: skip
            for sentence in fell_back:
                console.print(shown(Message("commands.voice_fell_back", sentence=sentence)))


@voice.command()
@click.option("--prompts", type=_FOLDER)
def who(prompts: Path | None) -> None:
    """Who says each text of the settings' language: the chosen speaker, or the engine."""
    settings = load(open_home().settings_file)
    texts = read_script(prompts or prompts_dir(), settings.language)[0].texts
    for key, text in texts.items():
        click.echo(f"{who_says(text, settings)}\t{key}\t{text}")


def sentences_in(prompts: Path, language: Language) -> tuple[str, ...]:
    """Every sentence of every text, and of what the pages say aloud for trying; once, in the order of the files."""
    pages = tomllib.loads((prompts / language / "web.toml").read_text("utf-8"))
    tried = [pages["settings"][name] for name in ("sample", "hearing_sample")]
    tried += [text for name, text in pages["understood"].items() if name.startswith("sentence_")]
    texts = [*read_script(prompts, language)[0].texts.values(), *tried]
    return tuple(dict.fromkeys(sentence for text in texts for sentence in sentences_of(text)))


def _show(bar: Progress, task: TaskID, done: int, _total: int, _sentence: str) -> None:
    bar.update(task, completed=done)


def _builder(
    engine: Path, out: Path, language: Language, speaker: str, sentences: Sequence[str], transcribe: Any
) -> PackBuilder:
    from skill.commands.making.closed_ear import ClosedSetEar
    from skill.second_ear.weights import load_networks
    from skill.speaking.making.build import PackBuilder, recipe
    from skill.speaking.making.gate import SentenceGate
    from skill.speaking.making.kokoro import Kokoro
    from skill.speaking.making.words import SpokenWords, UnsayableSentence, read_words

    words = SpokenWords(read_words(models_dir() / "voices" / "words.tsv", language), guesser())
    sounds: dict[str, Sequence[str]] = {}
    for sentence in sentences:
        try:
            sounds[sentence] = words.sounds(sentence)
        except UnsayableSentence:
            continue  # told in gate.tsv
    own_model = ClosedSetEar(models_dir() / "nb", sentences)
    gate = SentenceGate(load_networks(models_dir() / "second_ear"), sounds, transcribe, own_model.heard_as)
    return PackBuilder(
        out / language / speaker, recipe(language, speaker), lambda: Kokoro.in_folder(engine), words, gate,
        out / "nb" / speaker if language == "nn" else None,
    )  # fmt: skip


def guesser() -> Callable[[str], Sequence[str] | None]:
    """Words that words.tsv lacks: by the ear's lexicon, its compounds, its letters; stressed on the first vowel."""
    from skill.model.lexicon import Pronouncer, letters_of, read_lexicon
    from skill.model.phones import read_phones
    from skill.speaking.making.kokoro import stressed_on_first

    model = models_dir() / "nb"

    @cache
    def pronouncer() -> Pronouncer:
        known = read_phones(model / "phones.json").speech
        return Pronouncer(read_lexicon(model / "lexicon.tsv", known), known, letters_of(model))

    def guess(word: str) -> Sequence[str] | None:
        try:
            return stressed_on_first(pronouncer().pronounce([word])[word].ways[0])
        except ModelError:
            return None

    return guess


def _stranger(folder: Path) -> Any:
    from skill.audio.sound import Sound, resample, to_float
    from skill.speaking.making.stranger import RATE_HZ, Stranger

    try:
        ear = Stranger(folder)
    except ImportError as error:
        raise VoiceError(Message("speaking.stranger_not_installed", error=error)) from error

    wrote: dict[tuple[bytes, float], str] = {}  # nynorsk has many of bokmål's very sounds

    def transcribe(sound: Sound, window_s: float) -> str:
        key = (hashlib.sha256(sound.samples.tobytes()).digest(), window_s)
        if key not in wrote:
            wrote[key] = ear.transcribe(to_float(resample(sound, RATE_HZ)), window_s)
        return wrote[key]

    return transcribe
