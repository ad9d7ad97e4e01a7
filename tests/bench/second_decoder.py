"""The second decoder beside Vosk: what both write for the same sound, how fast, how much memory, how soon ready.

    python -m tests.bench.second_decoder [--folder FOLDER …] [--most 400] [--grammar idle] [--shown 20]

Every .flac and .wav below prompts/demo/clips and the folders, 0.3 s of silence before and 0.6 s after. Each decoder has
a process of its own (two builds of OpenFst may hang in one). Vosk's dither is random, so Vosk is also compared with
itself after other sound: nothing can agree with it better than that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from models.measuring.figures import Share
from skill.audio.samples import RATE_HZ
from skill.content.phrases import load_phrases
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.recognise.grammar import build_grammar
from skill.hearing.recognise.loading import ONNX, VARIABLE, VOSK, load_speech_model
from skill.paths import models_dir, prompts_dir

PIECE_BYTES = 640  # 20 ms, as the listener feeds it
PADDED_S = (0.3, 0.6)


def sound_of(path: Path) -> bytes:
    before, after = (bytes(2 * round(seconds * RATE_HZ)) for seconds in PADDED_S)
    return before + b"".join(WavMicrophone(path)) + after


def hear(grammar: str, model_folder: Path, disturbed: bool) -> None:
    """In the child: reads paths from standard input, writes one JSON document."""
    began_cpu_s = time.process_time()
    model = load_speech_model(model_folder)
    recogniser = model.recogniser(
        build_grammar(load_phrases(prompts_dir(), "nb").live(grammar), model).entries
    )
    loaded = {
        "ready_cpu_s": time.process_time() - began_cpu_s,
        "ready_mb": psutil.Process().memory_info().rss / 1e6,
    }
    if disturbed:
        recogniser.feed(np.random.default_rng(5).integers(-40, 40, 3 * RATE_HZ).astype(np.int16).tobytes())
        recogniser.finish()
    finals, partials, seconds = [], [], 0.0
    sounds = [sound_of(Path(line)) for line in sys.stdin.read().splitlines()]
    began_cpu_s = time.process_time()
    for sound in sounds:
        seen = []
        for start in range(0, len(sound), PIECE_BYTES):
            recogniser.feed(sound[start : start + PIECE_BYTES])
            seen.append(recogniser.partial())
        finals.append(recogniser.finish())
        partials.append(seen)
        seconds += len(sound) / 2 / RATE_HZ
    cost = (time.process_time() - began_cpu_s) / seconds
    end_mb = psutil.Process().memory_info().rss / 1e6
    print(json.dumps(loaded | {"finals": finals, "partials": partials, "rtf": cost, "end_mb": end_mb}))


def heard_by(decoder: str, given: argparse.Namespace, paths: Sequence[Path], disturbed: bool = False) -> Any:
    command = [sys.executable, "-m", "tests.bench.second_decoder", "--grammar", given.grammar, "--child"]
    done = subprocess.run(
        [*command, "--model", str(given.model), *(["--disturbed"] if disturbed else [])],
        input="\n".join(map(str, paths)), stdout=subprocess.PIPE, text=True, check=True,
        env=os.environ | {VARIABLE: decoder, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    return json.loads(done.stdout)


def compare(name: str, first: Any, other: Any, live: LivePhrases, paths: Sequence[Path], shown: int) -> None:
    pairs = list(zip(first["finals"], other["finals"], strict=True))
    meant = [tuple(u and u.phrase.intent for u in map(live.understand, pair)) for pair in pairs]
    steps = [
        a == b
        for x, y in zip(first["partials"], other["partials"], strict=True)
        for a, b in zip(x, y, strict=True)
    ]
    print(f"\n{name}: n = {len(pairs)}")
    print(f"  the same words     {Share(sum(a == b for a, b in pairs), len(pairs))}")
    print(
        f"  the same meaning   {Share(sum(a == b for a, b in meant), len(pairs))}   (a phrase's intent, or none)"
    )
    print(f"  a phrase for both  {sum(a is not None and a == b for a, b in meant)}"
          f"   for the first alone {sum(a is not None and b is None for a, b in meant)}"
          f"   for the second alone {sum(a is None and b is not None for a, b in meant)}"
          f"   another {sum(None not in (a, b) and a != b for a, b in meant)}")  # fmt: skip
    print(f"  partial results    {100 * sum(steps) / len(steps):.1f} % the same, every 20 ms")
    for path, pair, intents in zip(paths, pairs, meant, strict=True):
        if intents[0] != intents[1] and shown:
            shown -= 1
            print(f"    {path.parent.name}/{path.stem}: {pair[0]} | {pair[1]}")


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--folder", type=Path, action="append", default=[])
    arguments.add_argument("--most", type=int, default=400, help="clips of a folder, evenly spread")
    arguments.add_argument("--grammar", default="idle")
    arguments.add_argument("--model", type=Path, default=models_dir() / "nb")
    arguments.add_argument("--shown", type=int, default=20, help="show so many differences in meaning")
    for name in ("--child", "--disturbed"):
        arguments.add_argument(name, action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        hear(given.grammar, given.model, given.disturbed)
        return
    paths: list[Path] = []
    for folder in [prompts_dir() / "demo/clips", *given.folder]:
        found = sorted(p for p in folder.rglob("*") if p.suffix in (".flac", ".wav"))
        paths += found[:: -(-len(found) // given.most) or 1]
    live = LivePhrases(load_phrases(prompts_dir(), "nb"), given.grammar)
    vosk, onnx = heard_by(VOSK, given, paths), heard_by(ONNX, given, paths)
    for name, found in (("Vosk", vosk), ("second decoder", onnx)):
        print(f"{name:15} ready after {found['ready_cpu_s']:.2f} CPU s   {found['ready_mb']:.0f} MB, at the end "
              f"{found['end_mb']:.0f} MB   {found['rtf']:.3f} of one core")  # fmt: skip
    compare("Vosk, the second decoder", vosk, onnx, live, paths, given.shown)
    compare(
        "Vosk, Vosk after other sound", vosk, heard_by(VOSK, given, paths, True), live, paths, given.shown
    )


if __name__ == "__main__":
    main()
