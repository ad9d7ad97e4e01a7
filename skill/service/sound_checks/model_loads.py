"""Can the recogniser load this folder? `python -m skill.service.sound_checks.model_loads FOLDER`, in its own process.

libvosk may end that process. Exit status 0 when it loads, else 1, with the message as JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from skill.errors import ModelError
from skill.hearing.recognise.loading import load_speech_model
from skill.messages.message import sentence_as_json, sentence_of


def main(folder: Path) -> int:
    try:
        load_speech_model(folder)
    except ModelError as error:
        print(json.dumps(sentence_as_json(sentence_of(error))))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
