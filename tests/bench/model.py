"""What a Vosk folder costs: checking, loading, memory, building one, decoding, finality.

    python -m tests.bench.model [--model models/nb] [--manifest TSV] [--most 60]

Times are of one core; on a busy machine read CPU seconds and ratios, not wall seconds. Accuracy is measured by
`krampevakt model evaluate`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from models.measuring.decoders.vosk import Decoder
from models.measuring.figures import quantile
from models.measuring.recordings import read_manifest
from models.measuring.tasks import choice_jobs, choices
from skill.model.build import build
from skill.model.folder import model_faults, require
from skill.vocabulary import UNKNOWN_WORD

_LOAD = """
import json, sys, time
import psutil, vosk
vosk.SetLogLevel(-1)
before, began = psutil.Process().memory_info().rss, time.process_time()
model = vosk.Model(model_path=sys.argv[1])
loaded = time.process_time() - began
vosk.KaldiRecognizer(model, 16000, sys.argv[2]).AcceptWaveform(bytes(64000))
print(json.dumps([loaded, (psutil.Process().memory_info().rss - before) / 1e6]))
"""


def cpu_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", type=Path, default=Path("models/nb"))
    arguments.add_argument("--manifest", type=Path)
    arguments.add_argument("--most", type=int, default=60, help="decode at most so many clips")
    given = arguments.parse_args()
    model: Path = given.model
    print(f"check            {cpu_s(lambda: model_faults(model)):6.2f} CPU s")
    words = [word for word in require(model).words if word not in ("<eps>", UNKNOWN_WORD) and "_" not in word]
    grammar = json.dumps([*words[:30], UNKNOWN_WORD], ensure_ascii=False)
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(model), grammar], capture_output=True, text=True, check=True
    )
    loaded, megabytes = json.loads(done.stdout)
    print(f"load             {loaded:6.2f} CPU s, {megabytes:.0f} MB more than libvosk alone (RSS)")
    if (model / "phones.json").exists():
        with tempfile.TemporaryDirectory() as scratch:
            spent = cpu_s(lambda: build(words, [], model, Path(scratch) / "model"))
        print(f"build            {spent:6.2f} CPU s for {len(words)} words of the lexicon")
    size = sum(path.stat().st_size for path in model.rglob("*") if path.is_file())
    print(f"size             {size / 1e6:6.1f} MB")
    if given.manifest is not None:
        decode(model, given.manifest, given.most)


def decode(model: Path, manifest: Path, most: int) -> None:
    """Decode among 30 with 2 s of silence after each clip."""
    vocabulary = require(model).words
    found = choices(read_manifest(manifest), 30, 3, vocabulary)[:most]
    heard = Decoder(model).decode(choice_jobs(found, vocabulary))
    spent, sound = sum(h.cpu_s for h in heard), sum(h.audio_s for h in heard)
    after = [h.final_after_s for h in heard if h.final_after_s is not None]
    print(f"decode           {spent / sound:6.4f} CPU s / s of sound ({len(heard)} clips, {sound:.0f} s)")
    print(f"slowest clip     {max(h.cpu_s / h.audio_s for h in heard):6.4f}")
    print(
        f"final after      {quantile(after, 0.5):6.2f} s (median), {quantile(after, 0.95):.2f} s (95 %), n {len(after)}"
    )


if __name__ == "__main__":
    main()
