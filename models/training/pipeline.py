"""The steps, in order; each leaves its result in the work folder and is skipped when that is there."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from models.training.letters import save as save_letters
from models.training.letters import train as train_letters
from models.training.sources import Unpacked, unpack
from models.training.speech.utterances import (
    Amounts,
    Utterance,
    everyday,
    nb_uttale,
    plan,
    read_lexicon,
    stressed,
)
from skill.model.letters import read_letters

COSTS: Final = {"loop": 0.4, "silence": 0.0, "inner_silence": 0.4, "unk": 3.0, "unk_stay": 2.5}
PRIOR_SCALE: Final = 0.6
# rough seconds on two cores, printed before a run: at least, and on top of that when everything is said (Run.part);
# measured at 0.13, the rest reckoned from the number of clips
SECONDS: Final = {
    "sources": (120, 0), "lexicon": (90, 0), "speak": (0, 6600), "augment": (600, 3900), "train": (350, 2300),
    "refine": (60, 400), "harden": (200, 0), "pupil": (300, 0),
    "export": (5, 0), "graph": (30, 0), "evaluate": (600, 0), "card": (1, 0),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One run: where it works, where the model goes, and how much is done.

    ``people`` is a folder with freely licensed recordings of people talking; no transcript is needed. ``start`` is a
    final.mdl of ours to go on from, in place of learning from the base network.
    """

    work: Path
    out: Path
    lexicon: Path
    phrases: Sequence[str]
    have: Path | None = None
    people: Path | None = None
    recordings: Path | None = None
    start: Path | None = None
    teacher: Path | None = None  # the second ear's folder
    part: float = 1.0  # of what Kokoro and espeak-ng say: less is faster, and hears worse
    small: bool = False
    seed: int = 1
    processes: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    report: Callable[[str], None] = print

    def sources(self) -> Unpacked:
        """Fetched, checked and unpacked sources."""
        return unpack(self.work / "sources", self.have)


def lexicon(run: Run) -> None:
    """Letter-to-sound model from the NST lexicon's sample and the hand-written lexicon → letters.gz."""
    out = run.work / "letters.gz"
    if out.exists():
        return
    pairs = [(word, _bearing_stress(phones)) for word, phones in everyday(run.sources().everyday)]
    by_hand = [
        (word, _bearing_stress(stressed(word, said[0]))) for word, said in read_lexicon(run.lexicon).items()
    ] * 2
    rnd = Random(run.seed)
    if run.small:
        pairs = rnd.sample(pairs, 300)
        by_hand = by_hand[:200]
    both = pairs + by_hand
    rnd.shuffle(both)  # the first rounds see only a third
    save_letters(train_letters(both, order=3 if run.small else 6), out)


def _bearing_stress(phones: Iterable[str]) -> list[str]:
    out: list[str] = []
    mark = ""
    for phone in phones:
        if phone == "ˈ":
            mark = "ˈ"
        elif phone != "ˌ":
            out.append(mark + phone)
            mark = ""
    return out


def two_words(run: Run, ways: Mapping[str, object]) -> list[str]:
    """The two words of a small run: the first and the last of the product's one-word phrases."""
    single = sorted(p for p in run.phrases if " " not in p and p in ways)
    return [single[0], single[-1]]


def planned(run: Run) -> list[Utterance]:
    """Everything that is said, the same each time."""
    ways: dict[str, list[list[str]]] = read_lexicon(run.lexicon)
    sources = run.sources()
    names = sorted(p.stem for p in sources.voices.glob("*.bin"))
    if run.small:
        few = two_words(run, ways)
        ways = {word: ways[word][:1] for word in few}
        return plan(few, ways, [], names, run.seed, Amounts(repeats=12, salads=0, most_new_words=0))
    spoken = [p for p in run.phrases if all(word in ways for word in p.split())]
    everything = plan(spoken, ways, nb_uttale(sources.words), names, run.seed)
    return everything[: math.ceil(run.part * len(everything))]


def _say(run: Run, shard: int, shards: int) -> None:
    from models.training.speech.speak import say_all
    from skill.speaking.making.kokoro import Kokoro

    sources = run.sources()
    say_all(
        planned(run), Kokoro(sources.kokoro, sources.kokoro_symbols, sources.voices), run.work, shard, shards
    )


def speak(run: Run) -> None:
    """Kokoro says everything once, espeak-ng says it too → spoken/."""
    from models.training.speech.speak import say_with_espeak

    _in_processes(run, _say)
    if shutil.which("espeak-ng"):
        say_with_espeak(planned(run), run.work, run.seed)
    else:
        run.report("espeak-ng is not installed: its voices are left out.")


def _augment(run: Run, shard: int, shards: int) -> None:
    import torch

    from models.training.acoustic.network import base
    from models.training.examples.augment import HARD, USUAL
    from models.training.examples.ear import COPIES, HARD_COPIES, Copying, cache
    from models.training.examples.parallel import examples
    from models.training.examples.people import pieces
    from models.training.speech.speak import papertek, read_clips

    ways = {"cache": Copying(run.seed, COPIES, USUAL), "hard": Copying(run.seed + 100, HARD_COPIES, HARD)}
    if run.start is not None:
        ways = {}  # nothing is learnt from labels then
    missing = [name for name in ways if not (run.work / f"{name}_{shard}_of_{shards}.pt").exists()]
    side_by_side = run.work / f"parallel_{shard}_of_{shards}.pt"
    if not missing and side_by_side.exists():
        return
    sources = run.sources()
    clips = read_clips(run.work)
    if sources.papertek is not None and not run.small:
        clips += papertek(sources.papertek, Pronouncer(run).say)
    Random(run.seed).shuffle(clips)
    lower, _ = base(sources.base_network, 1)
    for name in missing:
        out = run.work / f"{name}_{shard}_of_{shards}.pt"
        cache(clips, run.work, lower, out, ways[name], (shard, shards))
    if not side_by_side.exists():
        talk = pieces(sorted(run.people.rglob("*.flac"))) if run.people is not None else []
        part = side_by_side.with_suffix(".part")
        torch.save(examples(clips[shard::shards], talk[shard::shards], run.work, run.seed, shard), part)
        part.rename(side_by_side)


def augment(run: Run) -> None:
    """Augmented copies through the fixed lower layers → cache_*.pt, in worse noise and rooms hard_*.pt; people.pt;
    and everything as it was beside how the bedside hears it → parallel_*.pt.
    """
    _in_processes(run, _augment)
    out = run.work / "people.pt"
    if run.people is None or run.start is not None or out.exists():
        return
    import torch

    from models.training.acoustic.network import base
    from models.training.examples.people import pairs

    lower, _ = base(run.sources().base_network, 1)
    torch.save(pairs(sorted(run.people.rglob("*.flac")), lower, run.seed), out)


def _in_processes(run: Run, work: Callable[[Run, int, int], None]) -> None:
    if run.processes == 1:
        work(run, 0, 1)
        return
    with ProcessPoolExecutor(run.processes) as pool:
        quiet = Run(**{**run.__dict__, "report": print})
        for future in [pool.submit(work, quiet, k, run.processes) for k in range(run.processes)]:
            future.result()


class Pronouncer:
    """The lexicon's usual way to say a word, else the letter-to-sound model's."""

    def __init__(self, run: Run) -> None:
        self._ways = read_lexicon(run.lexicon)
        self._spelling = read_letters(run.work / "letters.gz")

    def say(self, word: str) -> list[str] | None:
        """Phones of a word, None where even its letters are unknown."""
        if word in self._ways:
            return self._ways[word][0]
        found = self._spelling([word])[0]
        return list(found[0]) if found else None


def export(run: Run) -> None:
    """pupil.pt, where it is, else hardened.pt → out/am/final.mdl and out/phones.json.

    conf/, lexicon.tsv and letters.gz come beside them.
    """
    import torch

    from models.training.acoustic.export import write_acoustic_model, write_configuration
    from models.training.acoustic.network import base
    from models.training.acoustic.topology import SHIPPED

    last = run.work / "pupil.pt"
    saved = torch.load(last if last.exists() else run.work / "hardened.pt", weights_only=True)
    lower, upper = base(run.sources().base_network, SHIPPED.outputs)
    lower.load_state_dict(saved["lower"])
    upper.load_state_dict(saved["upper"])
    # set with the listener, for these costs; weights trained otherwise need a look (hearing/recognise/evidence.py)
    evidence = json.loads(run.lexicon.with_name("phones.json").read_text("utf-8"))["evidence"]
    write_acoustic_model(run.out, lower, upper, SHIPPED, COSTS, evidence)
    write_configuration(run.out)
    if run.lexicon.resolve() != (run.out / "lexicon.tsv").resolve():
        shutil.copyfile(run.lexicon, run.out / "lexicon.tsv")
    shutil.copyfile(run.work / "letters.gz", run.out / "letters.gz")


def graph(run: Run) -> None:
    """The words and phrases that ship, as a look-ahead graph (the same code that serves ``krampevakt model build``)."""
    from skill.model.build import build

    ways = read_lexicon(run.lexicon)
    words = two_words(run, ways) if run.small else sorted(ways)
    phrases = [] if run.small else [p for p in run.phrases if " " in p and all(w in ways for w in p.split())]
    report = build(words, phrases, run.out, run.out)
    run.report(f"graph: {report.words} words, {report.phrases} phrases, {report.arcs} arcs")


def evaluate(run: Run) -> None:
    """Measure the finished folder on ``run.recordings`` by ``python -m models.measuring`` → work/report.json."""
    if run.recordings is None:
        run.report("evaluate: no --recordings given, nothing is measured.")
        return
    import subprocess
    import sys

    manifest, report = run.recordings / "manifest.tsv", run.work / "report.json"
    measure = [sys.executable, "-m", "models.measuring", str(run.out), "--manifest", str(manifest)]
    subprocess.run([*measure, "--add-words", "--json", str(report)], check=True)


def card(run: Run) -> None:
    """Renew the made parts of the model card, where there is one beside the model."""
    from models.training.card import write

    place = run.out / "MODEL_CARD.md"
    if not place.exists():
        run.report(f"card: no {place.name} in {run.out}, nothing to renew.")
        return
    file = run.work / "figures.json"
    write(place, json.loads(file.read_text("utf-8")) if file.exists() else {})
