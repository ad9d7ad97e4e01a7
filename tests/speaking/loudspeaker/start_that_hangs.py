"""A stream of a dead sound server is started again, which PortAudio never comes back from. A process of its own.

Prints what became of the start, of closing, of another stream, and ends as the service does.
"""

from __future__ import annotations

import time
from typing import Any

from skill.errors import AudioError
from skill.speaking.loudspeaker.reopening import Reopening
from tests.speaking.conftest import private_sound_card


def main() -> None:
    blocks = [0]

    def fill(block: Any, *_: object) -> None:
        block.fill(0)
        blocks[0] += 1

    with private_sound_card() as card:
        output = Reopening("", fill)
        stream = output.open(20.0)
        stream.start()
        vars(stream)["_stream"].abort()
        card.stop()
        card.start()
        try:
            stream.start()
        except AudioError as error:
            print(error)
        output.let_go(stream)
        print("stuck" if output.in_a_call else "closed")
        output.device_lost()
        before = blocks[0]
        another = output.open(20.0)
        another.start()
        until_s = time.monotonic() + 20
        while blocks[0] == before and time.monotonic() < until_s:
            time.sleep(0.01)
        print("another plays" if blocks[0] > before else "another is silent")
        output.let_go(another)


if __name__ == "__main__":
    main()
