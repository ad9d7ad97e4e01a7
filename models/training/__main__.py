"""``python -m models.training [STEP …]``: make the Norwegian model again, all of it or some steps.

Steps, in order: sources, lexicon, speak, augment, train, refine, harden, pupil, export, graph, evaluate, card. Each is
skipped where its result is there already; delete the result (or the work folder) to do it again. With --start, the
model that ships is taken further: train and refine are skipped. The step pupil needs --teacher and --people; no model
that ships has been through it (EXPERIMENTS.md).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from models.training import pipeline
from models.training.acoustic import teach
from models.training.pipeline import SECONDS, Run
from models.training.sources import SourceError

HERE = Path(__file__).resolve().parent
STEPS: dict[str, Callable[[Run], object]] = {
    "sources": lambda run: run.sources(),
    "lexicon": pipeline.lexicon,
    "speak": pipeline.speak,
    "augment": pipeline.augment,
    "train": teach.train,
    "refine": teach.refine,
    "harden": teach.harden,
    "pupil": teach.pupil,
    "export": pipeline.export,
    "graph": pipeline.graph,
    "evaluate": pipeline.evaluate,
    "card": pipeline.card,
}


def product_phrases() -> list[str]:
    """Every Norwegian phrase of prompts/, bokmål, nynorsk and dialects."""
    from skill.content.phrases import load_phrases
    from skill.model.phrase_lists import grammars_from_book
    from skill.paths import prompts_dir

    grammars = grammars_from_book(load_phrases(prompts_dir(), "nb"))
    return sorted({phrase for grammar in grammars for phrase in grammar.phrases})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps; 0 when all went well."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], help="all, if none is named")
    parser.add_argument(
        "--work", type=Path, default=Path("build/training"), help="folder for everything in between"
    )
    parser.add_argument("--out", type=Path, help="the Vosk folder [WORK/model]")
    parser.add_argument("--have", type=Path, help="folder with sources fetched earlier")
    parser.add_argument(
        "--people",
        type=Path,
        help="folder with recordings (flac) of people talking, freely licensed; optional",
    )
    parser.add_argument("--recordings", type=Path, help="folder with a manifest.tsv to measure on")
    parser.add_argument(
        "--start",
        type=Path,
        help="go on from this final.mdl of ours (models/nb/am/final.mdl)",
    )
    parser.add_argument(
        "--teacher",
        type=Path,
        help="folder of the second ear (models/second_ear), which labels the talk of --people",
    )
    parser.add_argument(
        "--part", type=float, default=1.0, help="say only this part of everything, for a shorter run [1.0]"
    )
    parser.add_argument("--small", action="store_true", help="the same path on a crumb, for the tests")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if not 0 < given.part <= 1:
        parser.error(f"--part {given.part:g}: give a part of everything, more than 0 and at most 1.")
    run = Run(
        work=given.work,
        out=given.out or given.work / "model",
        lexicon=HERE.parent / "nb" / "lexicon.tsv",
        phrases=product_phrases(),
        have=given.have,
        people=given.people,
        recordings=given.recordings,
        start=given.start,
        teacher=given.teacher,
        part=given.part,
        small=given.small,
        seed=given.seed,
    )
    run.work.mkdir(parents=True, exist_ok=True)
    steps = given.steps or list(STEPS)
    skipped = {"train", "refine"} if run.start is not None else set()
    skipped |= {"pupil"} if run.teacher is None or run.people is None else set()
    minutes = sum(SECONDS[s][0] + run.part * SECONDS[s][1] for s in steps if s not in skipped) / 60
    print(f"{', '.join(steps)}: about {'a minute' if run.small else f'{minutes:.0f} minutes'} on two cores.")
    for step in steps:
        began = time.monotonic()
        print(f"{step} …", flush=True)
        try:
            STEPS[step](run)
        except SourceError as error:
            print(f"{error}\nNothing was changed in {run.out}.")
            return 1
        print(f"{step}: {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
