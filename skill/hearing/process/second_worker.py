"""The second ear's own process: `python -m skill.hearing.process.second_worker`.

One JSON object a line comes in: first {"folder", "lexicon", "grammars": {name: [phrases]}, "ways": {phrase: [phones]},
"layer": text of one person's own, or ""}, then {"ticket", "grammar", "sound": base64 of 16-bit mono at 16 kHz}. One
goes out for each: {"ready": true} or {"fault": message}, then {"ticket", "whole", "ends", "anywhere", "ended_s",
"likely"}. It ends when standard input does.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from skill.machine import behind_others, own_answers
from skill.messages.message import sentence_as_json, sentence_of

NICE = 5  # the first ear and the voice go before it


def main() -> int:
    """Exit status: 0 when asked to end, 1 when it can't be used; that was told."""
    out = own_answers()
    behind_others(NICE)

    def tell(what: dict[str, Any]) -> None:
        out.write(json.dumps(what).encode() + b"\n")

    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    config = json.loads(line)
    try:
        from skill.second_ear.own_layer import OwnLayer
        from skill.second_ear.verdict import open_second_ear

        own_layer = OwnLayer.read(config["layer"]) if config["layer"] else None
        ear = open_second_ear(Path(config["folder"]), Path(config["lexicon"]), config["ways"], own_layer)
        grammars: dict[str, list[str]] = config["grammars"]
        ear.judge(np.zeros(16_000, np.int16), grammars["idle"])  # the first run of a network is slow
    except Exception as error:
        tell({"fault": sentence_as_json(sentence_of(error))})
        return 1
    tell({"ready": True})
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        sound = np.frombuffer(base64.b64decode(asked["sound"]), np.int16)
        verdict = ear.judge(sound, grammars[asked["grammar"]])
        tell({"ticket": asked["ticket"], **asdict(verdict)})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
