"""`python -m models.measuring`: a Vosk folder measured on recordings."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from models.measuring.decoders.vosk import Decoder, Progress
from models.measuring.disturbance import Disturbance, Noise
from models.measuring.evaluate import Plan, measure, with_words_of
from models.measuring.recordings import Clip, read_manifest
from models.measuring.report import show, to_json
from skill.content.phrases import load_phrases
from skill.errors import ModelError
from skill.model.folder import require
from skill.model.phrase_lists import grammar_from_list, grammars_from_book
from skill.paths import prompts_dir

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_BEDROOM_RT60_S = (0.3, 0.6)


class Numbers(click.ParamType[Sequence[float]]):
    """1,2.5,30"""

    name = "number,number,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Sequence[float]:
        try:
            return [float(part) for part in str(value).split(",") if part.strip()]
        except ValueError:
            self.fail(f"«{value}» is no list of numbers.", param, ctx)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--manifest", type=_FILE, required=True, multiple=True, help="Table of recordings.")
@click.option("--n", "ns", type=Numbers(), default="30", help="Sizes of closed sets, 0 for none [30].")
@click.option("--seed", default=3, show_default=True, help="Draws the sets, the noise and the rooms.")
@click.option("--half", type=click.Choice(["A", "B"]), help="Only this half: A to choose by, B to report.")
@click.option("--group", "groups", multiple=True, help="Only clips from this folder of the manifest.")
@click.option("--speaker", "speakers", multiple=True, help="Only clips of this speaker.")
@click.option("--grammar", "lists", type=_FILE, multiple=True, help="Phrases live together, one a line.")
@click.option("--product", is_flag=True, help="Measure the product's own grammar classes.")
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
@click.option("--class", "classes", multiple=True, help="With --product: only this grammar class.")
@click.option("--talk", type=_FILE, multiple=True, help="Manifest of talk that is none of the phrases.")
@click.option("--curve", type=Numbers(), default="", help="Costs of [unk] to try: miss against false accept.")
@click.option("--add-words", is_flag=True, help="Measure a copy that knows the manifest's words.")
@click.option("--snr", "snr_db", type=float, help="Add noise so many dB below the speech.")
@click.option("--noise", type=click.Choice(["white", "pink"]), default="white", show_default=True)
@click.option("--room", is_flag=True, help="Put each clip into a bedroom (RT60 0.3–0.6 s).")
@click.option("--gain", "gain_db", type=float, default=0.0, help="Change the level by so many dB.")
@click.option("--whisper", type=_FILE, help="A python with Whisper base, to put beside it.")
@click.option("--processes", default=1, show_default=True, help="Decode in so many processes.")
@click.option("--json", "json_file", type=_FILE, help="Write everything here, every mistake included.")
def evaluate(  # noqa: PLR0913  click gives a parameter for each option
    folder: Path,
    manifest: Sequence[Path],
    ns: Sequence[float],
    seed: int,
    half: str | None,
    groups: Sequence[str],
    speakers: Sequence[str],
    lists: Sequence[Path],
    product: bool,
    language: str,
    classes: Sequence[str],
    talk: Sequence[Path],
    curve: Sequence[float],
    add_words: bool,
    snr_db: float | None,
    noise: Noise,
    room: bool,
    gain_db: float,
    whisper: Path | None,
    processes: int,
    json_file: Path | None,
) -> None:
    """Measure a Vosk folder on recordings: closed sets, grammars, talk, time."""
    clips = [
        clip
        for path in manifest
        for clip in read_manifest(path)
        if (half is None or clip.half == half)
        and (not groups or clip.group in groups)
        and (not speakers or clip.speaker in speakers)
    ]
    if not clips:
        raise ModelError("No recording of the manifest fits --half, --group and --speaker.")
    grammars = [grammar_from_list(path) for path in lists]
    if product:
        grammars += grammars_from_book(load_phrases(prompts_dir(), language), classes)
    plan = Plan(
        clips,
        [clip for path in talk for clip in read_manifest(path)],
        [int(n) for n in ns if n >= 1],
        seed,
        grammars,
        curve,
        whisper,
    )
    disturbance = Disturbance(snr_db, noise, _BEDROOM_RT60_S if room else None, gain_db, seed)
    with _known(folder, clips, add_words) as used, _progress() as progress:
        report = measure(Decoder(used, disturbance, processes), plan, progress)
    report = replace(report, model=str(folder))
    show(report, Console())
    if json_file is not None:
        json_file.write_text(to_json(report), encoding="utf-8")


@contextlib.contextmanager
def _known(folder: Path, clips: Sequence[Clip], add_words: bool) -> Iterator[Path]:
    """The folder itself, or a passing copy of it that knows the words of `clips`."""
    if not add_words:
        require(folder)
        yield folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield with_words_of(folder, clips, Path(scratch) / "model")


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    with Bar(transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task("recordings", total=None)
        yield lambda done: bar.advance(task, done)
