"""Does `krampevakt enrol` help? Held-out voices as «the person»: cries missed and false starts, without and with it.

    python -m tests.bench.listening.enrolment --clips DIR [--people MANIFEST] [--sentences 60]

Each voice of --clips reads its start phrases at three speeds: near, softly, and in a room. It is tried with the same
phrases at other speeds, and with start phrases that were not read at enrolment, clean and in noise, through the
listener. --accents are foreign voices that read Norwegian letters. False starts: sentences by espeak-ng that enrolment
did not use, and those of --people, by both ears on the
whole sound. SYNTHETIC persons: other speeds are made from the same recording, which favours own pronunciations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from models.measuring.recordings import read_clip, read_manifest
from skill.audio.samples import Samples
from skill.content.in_force import load_contents
from skill.content.phrases import PhraseBook, load_phrases
from skill.enrol.both_ears import BothEars, OwnWay, heard_by_both, judge_of
from skill.enrol.comparing import SHIPPED
from skill.enrol.learning import learn
from skill.enrol.ordinary import shipped, synthesised
from skill.enrol.readings import START_IN, Readings, load_readings
from skill.enrol.takes import EnrolmentRefused, Said
from skill.events import Heard
from skill.hearing.personal import Personal
from skill.hearing.recognise.evidence import needs_evidence
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import listener_with_both_ears
from skill.paths import models_dir, prompts_dir
from skill.service.assembly import spare_voice
from tests.bench.listening.belief import said_in_a_room
from tests.bench.listening.common import (
    Bedside,
    Clip,
    arguments,
    at_level,
    figure,
    in_room,
    load_clips,
    pink,
    room_response,
    to_samples,
    verdicts,
    wilson,
)
from tests.bench.listening.talk import sentence
from tests.hearing.speech import rendered

SECOND = models_dir() / "second_ear"
DEMO = frozenset({"einar", "kari", "olav", "solveig"})
ACCENTS = ("fr+f2", "es+m3", "it+f4", "pl+m2", "nl+f3", "cs+m1", "fi+f2", "pt+m4")
NOT_READ = ("jeg har fått krampe i leggen", "krampe i tærne", "jeg fikk krampe i foten")
READ_AT, TRIED_AT = (0.93, 1.0, 1.07), (0.88, 1.12)


def at_speed(sound: Samples, speed: float) -> Samples:
    """Faster is higher, too."""
    return to_samples(resample_poly(sound.astype(np.float64), 100, round(100 * speed)))


def read_by(clips: Sequence[Clip], speeds: Sequence[float], seed: int) -> Iterator[Said]:
    """Near, softly, and in a room; with the quiet of a bedroom under it."""
    rng = np.random.default_rng(seed)
    for clip in clips:
        for number, speed in enumerate(speeds):
            sound = at_level(at_speed(clip.sound, speed), (-26.0, -44.0, -36.0)[number])
            if number == 2:
                sound = in_room(sound, room_response(0.4, rng))
            sound = np.pad(sound, 4_800)
            sound += at_level(pink(len(sound) / 16_000 + 0.01, rng), -66.0)[: len(sound)]
            yield Said(clip.text, f"{clip.text} {seed} {number}", to_samples(sound))


@dataclass(frozen=True)
class Person:
    """A voice: what it reads at enrolment, and what it cries later."""

    voice: str
    takes: list[Said]
    tried: dict[str, list[Clip]]


def neural(folders: Sequence[Path], book: PhraseBook, readings: Readings, seed: int) -> Iterator[Person]:
    """The voices of --clips, without those of the demo."""
    clips = [clip for clip in load_clips(folders) if clip.voice not in DEMO]
    cries = [clip for clip in clips if (m := book.meaning(clip.text, "idle")) and m.name == "cramp"]
    for voice in sorted({clip.voice for clip in clips}):
        own = [clip for clip in cries if clip.voice == voice]
        read = [clip for clip in own if clip.text in readings.start]
        yield Person(voice, list(read_by(read, READ_AT, seed)), {
            "read at enrolment": [Clip(c.text, voice, at_speed(c.sound, s)) for c in read for s in TRIED_AT],
            "not read at enrolment": [clip for clip in own if clip.text not in readings.start],
        })  # fmt: skip


def accented(voices: Sequence[str], readings: Readings) -> Iterator[Person]:
    """espeak-ng's voices of other languages read Norwegian letters; other rates are rendered anew."""
    for voice in voices:
        read = [Clip(text, voice, rendered(text, voice, 140)) for text in readings.start]
        slow = [Clip(text, voice, rendered(text, voice, 120)) for text in readings.start]
        yield Person(voice, [*read_by(read, (1.0,), 1), *read_by(slow, (1.0, 1.0, 1.0), 2)], {
            "read at enrolment": [Clip(t, voice, rendered(t, voice, rate))
                                  for t in readings.start for rate in (130, 160)],
            "not read at enrolment": [Clip(t, voice, rendered(t, voice, 140)) for t in NOT_READ],
        })  # fmt: skip


def missed(model: VoskModel, book: PhraseBook, tried: Sequence[Clip], personal: Personal, seed: int) -> int:
    """Of each clip clean and in noise."""
    lexicon = model.folder / "lexicon.tsv"
    bedside = Bedside(listener_with_both_ears(model, book, SECOND, lexicon, personal))
    count = 0
    for condition in ("clean", "noisy"):
        for clip in tried:
            bedside.now_s += 60.0
            meant = book.meaning(clip.text, "idle")
            heard = verdicts(bedside.hear(to_samples(said_in_a_room(clip, condition, seed))))
            count += not any(isinstance(e, Heard) and meant and e.intent.name == meant.name for e in heard)
    return count


def starts(ears: BothEars, book: PhraseBook, sounds: Sequence[Samples], personal: Personal) -> int:
    ways = [OwnWay(phrase, row, "") for phrase, rows in personal.ways.items() for row in rows]
    judge = judge_of(ears, book, START_IN, personal)
    believed = (heard_by_both(ears.listen(sound, START_IN, ways), judge, without="-") for sound in sounds)
    return sum(p is not None and needs_evidence(START_IN, p.intent.name) for p in believed)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--people", type=Path, help="manifest of sentences that people say")
    parser.add_argument("--sentences", type=int, default=60)
    parser.add_argument("--most-people", type=int, default=120)
    parser.add_argument("--accents", nargs="*", default=list(ACCENTS), help="voices of espeak-ng")
    options = parser.parse_args()
    book = load_phrases(prompts_dir(), "nb")
    readings = load_readings(prompts_dir(), "nb", book)
    model = VoskModel(options.model)
    ears = BothEars(model, SECOND, book)
    texts = sorted(load_contents(prompts_dir(), "nb").script.texts.values())
    ordinary = [*shipped(models_dir() / "voices", "nb", texts, book, SHIPPED),
                *synthesised(spare_voice(), readings.ordinary, "nb")]  # fmt: skip
    rng = np.random.default_rng(options.seed)
    others = [rendered(*sentence(rng)) for _ in range(options.sentences)]
    people: list[Samples] = []
    if options.people:
        listed = read_manifest(options.people)
        step = max(1, len(listed) // options.most_people)
        people = [to_samples(at_level(read_clip(clip.path), -27.0)) for clip in listed[::step]]
    sets: dict[str, list[Samples]] = {"sentences by espeak-ng": others, "a woman's sentences": people}
    before_starts = {name: starts(ears, book, sounds, Personal()) for name, sounds in sets.items()}
    persons = [*neural(options.clips, book, readings, options.seed), *accented(options.accents, readings)]
    totals = {"read at enrolment": [0, 0, 0], "not read at enrolment": [0, 0, 0]}
    after_starts, n_starts = dict.fromkeys(sets, 0), dict.fromkeys(sets, 0)
    kept = refused = 0
    for person in persons:
        try:
            learned = learn(ears, book, person.takes, readings, ordinary)
        except EnrolmentRefused as why:
            print(f"{person.voice}: {why}")
            refused += 1
            continue
        personal = learned.personal if learned.gains else Personal()
        kept += learned.gains
        print(f"{person.voice}: read {learned.before.heard} → {learned.after.heard} of {learned.after.n}; eased "
              f"{personal.cries} {personal.first}, {sum(map(len, personal.ways.values()))} ways")  # fmt: skip
        for name, some in person.tried.items():
            before = missed(model, book, some, Personal(), options.seed)
            after = missed(model, book, some, personal, options.seed) if learned.gains else before
            totals[name] = [a + b for a, b in zip(totals[name], (before, after, 2 * len(some)), strict=True)]
            print(f"    {name}: missed {before} → {after} of {2 * len(some)}", flush=True)
        for name, sounds in sets.items():
            n_starts[name] += len(sounds)
            after_starts[name] += (
                starts(ears, book, sounds, personal) if learned.gains else before_starts[name]
            )
    n_persons = len(persons) - refused
    print(f"something was kept for {kept} of {len(persons)} voices; {refused} were refused")
    for name, (before, after, n) in totals.items():
        figure(f"cries {name}, missed: without / with", f"{wilson(before, n)} / {wilson(after, n)}", "fewer")
    for name, n in n_starts.items():
        before = before_starts[name] * n_persons
        figure(
            f"{name}, starts: without / with",
            f"{wilson(before, n)} / {wilson(after_starts[name], n)}",
            "no more",
        )


if __name__ == "__main__":
    main()
