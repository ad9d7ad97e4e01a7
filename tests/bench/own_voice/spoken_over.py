"""Live: «stopp» and danger words said over our own voice, through devices, drivers and two processes.

    python -m tests.bench.own_voice.spoken_over [--turns N] [--db DB]

A virtual sound card on which all that the loudspeaker plays is heard by the microphone, `db` softer than the person
(RMS of the whole). In turn without the echo canceller and with it: sentences of the script are played through the real
loudspeaker, into the real hearing process; over every second one somebody says a command. Prints how many of them were
heard, and how often our own voice was taken for one.
"""

from __future__ import annotations

import argparse
import queue
import time
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import Sound
from skill.content.phrases import load_phrases
from skill.content.script_reading import load_script
from skill.events import Heard
from skill.hearing.process.protocol import HearingConfig
from skill.hearing.process.supervisor import HearingMessage, HearingProcess
from skill.paths import models_dir, prompts_dir
from skill.service.duties.own_voice import OwnVoiceTeller
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.monitor import Monitor
from tests.bench.listening.common import at_level, figure, load_clips, to_samples, upper_bound, wilson
from tests.bench.running.virtual_room import VirtualRoom, virtual_room
from tests.hearing.speech import speech

ECHO_DBFS = -26.0
SAID = ("stopp", "vondt i brystet", "han har kramper", "saktere")
READY_S = 60.0
AFTER_S = 1.5  # of each sentence, in which what was said over it may still be heard


class Device:
    """Loudspeaker and hearing as the service joins them."""

    def __init__(self, echo_cancelling: bool) -> None:
        self.messages: queue.SimpleQueue[HearingMessage] = queue.SimpleQueue()
        config = HearingConfig(
            (str(models_dir() / "nb"),), str(prompts_dir()), echo_cancelling=echo_cancelling
        )
        self.hearing = HearingProcess(config, self.messages.put)
        self.hearing.start()
        monitor = Monitor()
        self.teller = OwnVoiceTeller(monitor, self.hearing.played, lambda: echo_cancelling)
        self.loudspeaker = DeviceLoudspeaker(monitor=monitor)

    def wait_until_ready(self) -> None:
        until_s = time.monotonic() + READY_S
        while self.hearing.ready is None or not self.loudspeaker.blocks:
            if time.monotonic() > until_s:
                raise TimeoutError("the device doesn't get ready")
            time.sleep(0.05)
        time.sleep(5.0)  # the gate learns what the room sounds like

    def say(self, sound: Samples) -> queue.SimpleQueue[None]:
        """Begin to say it; the queue gets something at the true end."""
        ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.hearing.own_voice(True)
        self.hearing.listen("speaking")
        self.loudspeaker.play(Sound(sound, RATE_HZ), 0.0, lambda _completed, _at_s: ended.put(None))
        return ended

    def said(self) -> None:
        self.hearing.own_voice(False)
        self.hearing.listen("idle")

    def heard(self) -> list[Heard]:
        found = []
        while not self.messages.empty():
            message = self.messages.get()
            found += [message] if isinstance(message, Heard) else []
        return found

    def close(self) -> None:
        self.hearing.close()
        self.loudspeaker.close()
        self.teller.close()


def measure(room: VirtualRoom, echo_cancelling: bool, turns: int, db: float, clips: list[Path]) -> None:
    book, rng = load_phrases(prompts_dir(), "nb"), np.random.default_rng(1)
    texts = [text for text in sorted(load_script(prompts_dir(), "nb").texts.values()) if 60 < len(text) < 160]
    said = [clip for clip in load_clips(clips) if clip.text in SAID]
    device = Device(echo_cancelling)
    right = own = 0
    own_s = 0.0
    try:
        device.wait_until_ready()
        for turn in range(2 * turns):
            sentence = to_samples(
                at_level(speech(texts[int(rng.integers(len(texts)))], "nb", 120), ECHO_DBFS)
            )
            clip = said[(turn // 2) % len(said)]
            ended = device.say(sentence)
            if turn % 2:
                time.sleep(float(rng.uniform(0.3, 1.5)))
                room.say(to_samples(at_level(clip.sound, ECHO_DBFS - db)))
            ended.get(timeout=60)
            device.said()
            time.sleep(AFTER_S)
            heard = device.heard()
            if turn % 2:
                meant = book.meaning(clip.text, "speaking")
                right += any(event.intent == meant for event in heard)
                print(f"    {clip.text} by {clip.voice}: {[event.phrase for event in heard]}", flush=True)
            else:
                own, own_s = own + len(heard), own_s + len(sentence) / RATE_HZ
    finally:
        device.close()
    name = f"echo {db:.0f} dB, canceller {'on' if echo_cancelling else 'off'}"
    figure(f"{name}: commands spoken over it, heard", wilson(right, turns), "-")
    figure(f"{name}: own voice", f"{own} in {own_s:.0f} s, bound {upper_bound(own, own_s / 3600):.0f}/h", "0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--db", type=float, action="append", default=[])
    parser.add_argument("--clips", type=Path, action="append", default=[])
    parser.add_argument("--only", choices=("on", "off"))
    options = parser.parse_args()
    with virtual_room() as room:
        room.hears_the_loudspeaker()
        for db in options.db or [0.0, -10.0]:
            for echo_cancelling in (False, True):
                if options.only in (None, "on" if echo_cancelling else "off"):
                    measure(room, echo_cancelling, options.turns, db, options.clips)


if __name__ == "__main__":
    main()
