"""Command latency of hearing, finality, and phrases with a pause inside.

    python -m tests.bench.listening.latency --model models/nb [--clips DIR]

Latency is from the last voiced sample of the clip to the end of the frame in which `Heard` came, in audio
time, plus the wall time that this frame took: what the loudspeaker adds is not in it. SYNTHETIC voices.
"""

from __future__ import annotations

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook
from skill.events import Heard
from skill.hearing.accept.intents import LivePhrases
from tests.bench.listening.common import (
    Bedside,
    Clip,
    arguments,
    at_level,
    figure,
    in_room,
    load_clips,
    open_bedside,
    pink,
    rms,
    room_response,
    to_samples,
    verdicts,
    wilson,
)

ROOM_DBFS, SPEECH_DBFS = -58.0, -26.0
Turn = tuple[str, Clip, bool]
GRAMMARS = ("idle", "hold", "better", "place", "yes_no", "number")


def turns(clips: list[Clip], book: PhraseBook) -> list[Turn]:
    """Each clip in the first grammar class that knows it: (grammar, clip, may go on)."""
    live = {grammar: LivePhrases(book, grammar) for grammar in GRAMMARS}
    found = []
    for clip in clips:
        for grammar in GRAMMARS:
            understood = live[grammar].understand(clip.text)
            if understood is not None:
                found.append((grammar, clip, understood.may_go_on))
                break
    return found


def scene(clip: Samples, rng: np.random.Generator, rt60_s: float, tail_s: float = 2.0) -> Samples:
    """The clip in a room with its noise, `tail_s` of room after it."""
    sound = at_level(clip, SPEECH_DBFS)
    if rt60_s:
        sound = at_level(in_room(sound, room_response(rt60_s, rng)), SPEECH_DBFS)
    length = len(clip) + round(tail_s * RATE_HZ)
    whole = at_level(pink(length / RATE_HZ + 0.01, rng), ROOM_DBFS)[:length]
    whole[: min(len(sound), length)] += sound[:length]
    return to_samples(whole)


def latencies(bedside: Bedside, book: PhraseBook, wanted: list[Turn], rt60_s: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    times: dict[bool, list[float]] = {True: [], False: []}
    wrong: list[str] = []
    final_late: list[str] = []
    right = 0
    same = 0
    bedside.hear(to_samples(at_level(pink(4.0, rng), ROOM_DBFS)))
    for grammar, clip, may_go_on in wanted:
        bedside.listener.listen(grammar)
        ended_s = bedside.now_s + len(clip.sound) / RATE_HZ
        events = bedside.hear(scene(clip.sound, rng, rt60_s))
        heard = [(e, now_s, took_s) for e, now_s, took_s in events if isinstance(e, Heard)]
        if [e.intent for e, _, _ in heard] != [book.meaning(clip.text, grammar)]:
            got = [e.phrase if isinstance(e, Heard) else "?" for e in verdicts(events)]
            wrong.append(f"{clip.voice}/{grammar}: «{clip.text}» -> {got}")
        if heard:
            event, now_s, took_s = heard[0]
            right += event.intent == book.meaning(clip.text, grammar)
            same += event.phrase == clip.text
            times[may_go_on].append(now_s + took_s - ended_s)
            if now_s + took_s - ended_s > 0.8:
                final_late.append(clip.text)
    print(f"\n--- room RT60 {rt60_s} s, noise {ROOM_DBFS} dBFS, speech {SPEECH_DBFS} dBFS")
    kinds = [(False, "unambiguous", "p50 <= 350, p95 <= 500"), (True, "may go on", "p95 <= 1100")]
    for may_go_on, name, goal in kinds:
        ms = 1000 * np.asarray(times[may_go_on] or [np.nan])
        p50, p95 = np.percentile(ms, [50, 95])
        value = f"p50 {p50:.0f}  p95 {p95:.0f}  max {ms.max():.0f}"
        figure(f"latency, {name}, n={len(times[may_go_on])}, ms", value, goal)
    figure("meaning right, SYNTHETIC", wilson(right, len(wanted)), ">= 98 %")
    figure("wording right too", wilson(same, len(wanted)), "-")
    figure("final later than 0.8 s", f"{len(final_late)} of {len(wanted)} {sorted(set(final_late))}", "0")
    for line in wrong:
        print("   ", line)


def with_pause(clip: Samples, pause_s: float) -> Samples:
    """A pause at the softest 30 ms of the clip's middle: usually a closure or a word border."""
    window = round(0.03 * RATE_HZ)
    places = range(len(clip) // 4, 3 * len(clip) // 4, window // 3)
    softest = min(places, key=lambda at: rms(clip[at : at + window])) + window // 2
    return np.concatenate([clip[:softest], np.zeros(round(pause_s * RATE_HZ), np.int16), clip[softest:]])


def split_phrases(bedside: Bedside, book: PhraseBook, wanted: list[Turn], seed: int) -> None:
    """Only phrases of several words that are heard right without a pause."""
    rng = np.random.default_rng(seed)
    whole = []
    for grammar, clip, _ in wanted:
        if " " in clip.text:
            bedside.listener.listen(grammar)
            found = verdicts(bedside.hear(scene(clip.sound, rng, 0.0)))
            if [e.intent for e in found if isinstance(e, Heard)] == [book.meaning(clip.text, grammar)]:
                whole.append((grammar, clip))
    for pause_s, goal in [(0.3, "<= 2 %"), (0.6, "<= 10 %")]:
        bad = []
        for grammar, clip in whole:
            bedside.listener.listen(grammar)
            found = verdicts(bedside.hear(scene(with_pause(clip.sound, pause_s), rng, 0.0)))
            heard_as = [e.phrase if isinstance(e, Heard) else "?" for e in found]
            if [e.intent for e in found if isinstance(e, Heard)] != [book.meaning(clip.text, grammar)]:
                bad.append(f"«{clip.text}» -> {heard_as}")
        figure(f"split phrases, pause {pause_s} s, cut or misread", wilson(len(bad), len(whole)), goal)
        for line in bad:
            print("   ", line)


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    bedside, book = open_bedside(options)
    wanted = turns(load_clips(options.clips), book)
    for rt60_s in (0.0, 0.4):
        latencies(bedside, book, wanted, rt60_s, options.seed)
    print()
    split_phrases(bedside, book, wanted, options.seed)
    figure("work / audio, wall time (no goal here)", f"{bedside.work_s / bedside.now_s:.4f}", "-")


if __name__ == "__main__":
    main()
