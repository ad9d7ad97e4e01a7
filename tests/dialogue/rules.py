"""The safety rules of kind D, each as a predicate over one transition: what is wrong with it, or nothing.

A rule about a whole path is written as an invariant that every step keeps (what may be true only after a
certain answer becomes true only in the step that hears this answer), so that checking all steps checks all
paths. Each predicate looks at what goes in and what comes out; it trusts no flag of the machine that another
predicate doesn't pin down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from skill.content.phrases import PhraseBook
from skill.content.script import Script
from skill.content.steps import NEEDS_NO_SWELLING, Rung
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import State
from skill.events import (
    Heard,
    Listen,
    Record,
    Say,
    SpeechBegan,
    Spoken,
    StartTimer,
    StopSpeaking,
    TimerFired,
    Unclear,
)
from tests.dialogue.explore import Step, Transition

CALLING = ("danger.113", "danger.legevakt", "danger.foden", "danger.no_contact", "danger.cannot_call")
CANNOT = {"nb": "kan ikke ringe", "nn": "kan ikkje ringje", "en": "cannot call"}
HEAT = re.compile(r"varmt? (håndkle|handkle|flaske|pute|bad)|varmeflaske|varmepute|hot (towel|bath)|heat pad")


@dataclass(frozen=True)
class Law:
    """What the rules need to know: the reviewed script, and who the person is."""

    script: Script
    able: Capabilities
    book: PhraseBook
    step: Step
    _own_words: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def kinds(self) -> Mapping[str, frozenset[str]]:
        """Text key → kinds of the rungs in which it is said."""
        found: dict[str, set[str]] = {}
        for protocol in self.script.protocols.values():
            for rung in protocol.rungs:
                for item in rung.items:
                    for key in item.say:
                        found.setdefault(key, set()).add(rung.kind)
        return {key: frozenset(kinds) for key, kinds in found.items()}

    @cached_property
    def standing_keys(self) -> frozenset[str]:
        rungs = [r for p in self.script.protocols.values() for r in p.rungs]
        return frozenset(key for r in rungs for item in r.items if item.stands for key in item.say)

    def own_words(self, keys: tuple[str, ...], live: str) -> tuple[str, ...]:
        """What rule 25 forbids about a prompt, worked out once."""
        if (keys, live) not in self._own_words:
            self._own_words[keys, live] = tuple(self._find_own_words(keys, live))
        return self._own_words[keys, live]

    def _find_own_words(self, keys: tuple[str, ...], live: str) -> Iterator[str]:
        said = _plain(" ".join(self.script.text(key) for key in keys))
        for phrase in self.book.live(live):
            if f" {phrase.text} " in f" {said} ":
                yield f"«{phrase.text}» can be heard while «{said}» plays"
        for key in keys:
            question = self.script.questions.get(key.removeprefix("ask."))
            dead = question.dead_alarm if question else ""
            intents = [phrase.intent for phrase in self.book.live(live)]
            if dead and any(intent.name == "alarm" and intent.value == dead for intent in intents):
                yield f"alarm:{dead} is live while «{key}» plays"

    def rung(self, state: State) -> Rung | None:
        if not state.protocol or state.rung < 0 or state.routine:
            return None
        rungs = self.script.protocols[state.protocol].rungs
        return rungs[state.rung] if state.rung < len(rungs) else None

    def standing(self, state: State) -> bool:
        rung = self.rung(state)
        return rung is not None and rung.kind == "standing"


def in_relief(state: State) -> bool:
    return bool(state.protocol) and not state.routine and not state.advised


def rule_1(t: Transition, law: Law) -> Iterator[str]:
    """An alarm phrase interrupts everything: the 113 text is the very first thing that happens."""
    if not t.word.startswith("alarm") or _echo_of_the_question(t, law):
        return
    first = t.effects[0] if t.effects else None
    if not isinstance(first, Say) or "danger.113" not in first.keys:
        yield "the 113 text isn't the first effect"
    if t.after.scene != "emergency" or "repeat" not in t.after.timers:
        yield "it isn't going to be repeated"


def _echo_of_the_question(t: Transition, law: Law) -> bool:
    before = t.before
    question = law.script.questions.get(before.question)
    asking = before.scene == "asking" and question is not None
    return (
        asking and t.word == f"alarm:{question.dead_alarm}" and (before.speaking or "settle" in before.timers)
    )


def rule_5(t: Transition, law: Law) -> Iterator[str]:
    """No hand on the leg before swelling was denied in this episode; swelling ends the exercises."""
    by_hand = [k for k in t.keys if law.kinds.get(k) and law.kinds[k] <= set(NEEDS_NO_SWELLING)]
    if by_hand and t.after.swollen != "no":
        yield f"{by_hand} while swelling is {t.after.swollen or 'not asked about'}"
    if (
        t.after.swollen == "no"
        and t.before.swollen != "no"
        and not (t.word == "no" and t.before.question == "t2")
    ):
        yield "swelling counts as denied without a no"
    if t.before.episode and not t.after.episode and t.after.swollen:
        yield "an answer outlives its episode"
    if t.after.swollen == "yes" and in_relief(t.after):
        yield "the exercises go on though it is swollen"


def rule_6(t: Transition, law: Law) -> Iterator[str]:
    """Nobody is made to stand without permission, a clear yes, 30 s on the bed in the light, and no dizziness."""
    made_to_stand = [key for key in t.keys if key in law.standing_keys]
    if made_to_stand and not (law.able.may_stand and law.standing(t.after)):
        yield f"{made_to_stand} to somebody who may not stand"
    if not law.standing(t.after) or t.after.item == 0:
        return
    before, after = t.before, t.after
    same = (before.protocol, before.rung) == (after.protocol, after.rung) and not before.routine
    if not same:
        yield "a standing step begun in its middle"
    elif before.item == 0 and not (t.word == "yes:clear" and before.question == "steady"):
        yield f"got past «Er du stø?» by {t.event}"
    elif before.item == 1 and after.item > 1 and t.event != TimerFired("hold", 0.0):
        yield "didn't sit to the end"
    elif (
        before.item == 2
        and after.item > 2
        and not (t.word == "no" and before.question == "dizzy_before_standing")
    ):
        yield f"got past «Er du svimmel?» by {t.event}"
    if after.item == 1 and after.scene == "holding" and "hold" not in before.timers:
        sat = [e.after_s for e in t.effects if isinstance(e, StartTimer) and e.timer == "hold"]
        if not sat or sat[0] < 30.0:
            yield "sits for less than 30 s"


def rule_7(t: Transition, law: Law) -> Iterator[str]:
    """Ten minutes without improvement are counted and said, once, and never to somebody who is getting better."""
    relief = in_relief(t.after) and t.after.scene != "idle"
    counted = "long" in t.after.timers or t.after.overdue or t.after.long_said
    if relief and not counted:
        yield "nothing counts the ten minutes"
    rung, held = law.rung(t.after), [e for e in t.effects if isinstance(e, StartTimer) and e.timer == "hold"]
    if held and t.before.overdue and t.after.overdue and rung and rung.items[t.after.item].counts:
        yield "another hold after ten minutes"
    started = [e.after_s for e in t.effects if isinstance(e, StartTimer) and e.timer == "long"]
    if started and started[0] > law.script.limits.max_relief_s:
        yield "more than ten minutes are counted"
    begins = t.before.scene == "idle" or t.recorded("episode_started") or t.before.question == "is_it_cramp"
    if started and not begins and t.word not in ("a_little_better", "unsure:little"):
        yield f"ten minutes are counted anew by {t.event}"
    said = [r for r in t.recorded("danger_sign") if str(r.data["sign"]).startswith("T5")]
    gone = isinstance(t.event, TimerFired) and t.event.timer == "long"
    if said and not (gone or t.before.overdue):
        yield "T5 before ten minutes have gone"
    if said and (t.before.long_said or t.word in ("better", "a_little_better")):
        yield "T5 a second time, or to somebody who is getting better"
    if gone and in_relief(t.before) and not (said or t.after.overdue or t.before.long_said):
        yield "ten minutes have gone and nothing is said"


def rule_8(t: Transition, law: Law) -> Iterator[str]:
    """Stop is silence at once, without a question, and never deafness; «verre» lets go first."""
    if t.word == "stop" and t.before.scene != "idle":
        if not t.effects or not isinstance(t.effects[0], StopSpeaking) or t.says:
            yield "stop isn't silence at once"
        if t.after.scene != "stopped" or not any(isinstance(e, Listen) for e in t.effects):
            yield "it doesn't listen on"
    if t.before.scene == "stopped" and t.says and not isinstance(t.event, Heard):
        yield "it speaks after a stop without being spoken to"
    here, there = ((s.protocol, s.rung, s.item) for s in (t.before, t.after))
    held = in_relief(t.before) and t.before.scene in ("telling", "holding")
    if t.word == "pain" and held and here != there:
        yield "pain lets go of the stretch"
    if t.word == "worse" and in_relief(t.before) and t.before.scene in ("telling", "holding"):
        ladder, rung = law.script.protocols[t.before.protocol], law.rung(t.before)
        let_go = {ladder.relax, rung.leave if rung else ""}
        if not t.says or t.says[0].keys[0] not in let_go:
            yield "it hurts, and the stretch isn't let go first"


def rule_9(t: Transition, law: Law) -> Iterator[str]:
    """Only a clear yes, or the sign itself, leads from a danger question to 113 or a doctor; unclear never does."""
    question = law.script.questions.get(t.before.question)
    numbers = [
        r.data["number"]
        for r in t.recorded("danger_sign")
        if r.data["number"] in ("113", "116117", "foden") and not str(r.data["sign"]).startswith("T5")
    ]
    if question is None or question.kind != "danger" or t.before.scene not in ("asking", "holding"):
        return
    itself = t.word.partition(":")[0] in ("alarm", "seizure_word", "call", "stomach")
    if numbers and not itself and t.word not in ("yes:clear", "yes"):
        yield f"{t.event} leads to {numbers[0]}"
    if not isinstance(t.event, Unclear) or t.before.scene != "asking" or t.before.speaking:
        return
    if t.before.attempt == 0 and question.ask_unclear_again:
        if t.after.question != t.before.question or t.after.attempt != 1 or not t.says:
            yield "an unclear answer isn't asked about again"
    elif t.after.scene != "informing" or not any(key.startswith("danger.if_") for key in t.keys):
        yield "unclear twice, and the number isn't said once"
    elif t.recorded("question_answered"):
        yield "an unclear answer is written down as one"


def rule_10(t: Transition, _: Law) -> Iterator[str]:
    """Silence is neither no nor yes: no number, no massage, no standing comes of it."""
    if isinstance(t.event, Heard | Unclear):
        return
    for record in t.recorded("danger_sign"):
        lasted_long = str(record.data["sign"]).startswith("T5")
        if record.data["number"] in ("113", "116117", "foden") and not lasted_long:
            yield f"silence leads to {record.data['number']}"
    if any(r.data["answer"] for r in t.recorded("question_answered")):
        yield "silence is written down as an answer"
    if t.after.swollen in ("yes", "no") and t.before.swollen != t.after.swollen:
        yield "silence answers whether it is swollen"


def rule_11(t: Transition, law: Law) -> Iterator[str]:
    """A seizure, or somebody else ill: the 113 text and no stretch, then or later in this episode."""
    ill = t.word in ("seizure_word", "alarm:seizure", "alarm:unresponsive")
    if ill and ("danger.113" not in t.keys or in_relief(t.after)):
        yield "a seizure isn't answered with 113"
    stretches = [key for key in t.keys if key in law.kinds]
    cried = t.word.partition(":")[0] in (
        *STARTS,
        "came_back",
    )  # rule 20b: a start phrase begins relief at once
    if (
        stretches
        and t.before.advised
        and t.before.scene in ("emergency", "stopped", "informing")
        and not cried
    ):
        yield f"{stretches} after the advice to call"


def rule_12(t: Transition, _: Law) -> Iterator[str]:
    """Advice never waits: it is spoken in the same step, before anything is written down."""
    if not t.recorded("danger_sign"):
        return
    kinds = [type(e) for e in t.effects]
    if Say not in kinds or kinds.index(Say) > kinds.index(Record):
        yield "advice waits for the journal"


def rule_14(t: Transition, law: Law) -> Iterator[str]:
    """Whoever is told to call, or asks for a call, hears that it cannot call."""
    advised = t.recorded("danger_sign")
    asked = (
        t.word.startswith("call") and t.before.scene not in ("ending", "idle") and t.after.scene != "stopped"
    )
    calling = [key for key in t.keys if key in CALLING]
    if ((advised and advised[0].data["number"] in ("113", "foden")) or (asked and advised)) and not calling:
        yield "it doesn't say that it cannot call"
    for key in calling:
        if CANNOT[law.script.language] not in law.script.text(key):
            yield f"«{key}» doesn't say that it cannot call"


def rule_15(t: Transition, law: Law) -> Iterator[str]:
    """No heat at night."""
    for key in t.keys:
        if HEAT.search(law.script.text(key).lower()):
            yield f"«{key}» offers heat"


def rule_16(t: Transition, law: Law) -> Iterator[str]:
    """In pregnancy the limits are lower, and the maternity ward is who to call."""
    if not law.able.lower_threshold:
        return
    for record in t.recorded("danger_sign"):
        if str(record.data["sign"]).split("_")[0] in ("T2", "T5", "T0d", "T10") and record.data[
            "number"
        ] not in ("foden", ""):
            yield f"{record.data['sign']} leads to {record.data['number'] or 'nobody'}"
    if any(law.kinds.get(key) == {"massage"} for key in t.keys):
        yield "massage in pregnancy"


_STEERING = ("place", "better", "front_or_back", "thigh_front_or_back", "once_more", "are_you_there",
             "help_cramp", "whole_body")  # fmt: skip
_GUARDING = ("t2", "steady", "dizzy_before_standing")  # asked for by rules 5 and 6


def rule_20(t: Transition, law: Law) -> Iterator[str]:
    """During relief only where and better; afterwards at most three questions that nobody called for."""
    asked = [str(r.data["question"]) for r in t.recorded("question_asked")]
    if not asked:
        return
    question = asked[-1]
    begged = isinstance(t.event, Heard) or _is_follow_up(t, law, question)
    if in_relief(t.after) and question not in (*_STEERING, *_GUARDING) and not begged:
        yield f"«{question}» is asked during relief"
    routine = law.script.routines.get(t.after.routine)
    if routine is None or routine.kind != "episode":
        return
    planned = [item.ask for item in routine.items if item.ask and item.ask != "cued"]
    ordinary = not (t.before.clot_sign or law.able.clot_risk or t.before.advised or t.before.later)
    if ordinary and not begged and question != "are_you_there":
        yield f"«{question}» is asked after an ordinary cramp"
    if len(planned) > law.script.limits.max_questions_after or len(planned) > 3:
        yield f"{len(planned)} questions after the cramp"
    if not begged and t.before.later != question and question not in (*planned, "are_you_there"):
        yield f"«{question}» wasn't planned"
    if t.before.routine == t.after.routine and t.after.item < t.before.item:
        yield "the questions begin again"


def _is_follow_up(t: Transition, law: Law, question: str) -> bool:
    """A question that continues one which the person's own words had called for."""
    leads = law.script.questions[t.before.question].answers.values() if t.before.question else ()
    resumed = t.before.then.startswith(f"ask:{question}>")
    return f"ask:{question}" in leads or resumed or t.before.then == "confirm"


STARTS = ("cramp", "confirm_cramp", "other_cramp", "help")
_FIRST = {"calf.B2", "partner.P1", "shin.B10", "thigh_front.F4", "upright.A1"}


def every_cry(t: Transition, _: Law) -> Iterator[str]:
    """Any cry is answered by a stretch that can't do harm, in the same breath; questions wait."""
    from_rest = t.before.scene == "idle" and not t.before.routine
    if not from_rest or t.word.partition(":")[0] not in STARTS:
        return
    first = next((key for key in t.keys if not key.startswith("again_")), "")
    known = t.before.remembered.rung != ""
    if not in_relief(t.after) or not (first in _FIRST or known):
        yield f"{t.word} begins with {t.keys}"
    if t.recorded("question_asked"):
        yield f"{t.word} is answered by a question"


def rule_20b(t: Transition, law: Law) -> Iterator[str]:
    """The 113 text ends by no, «feil» and the like, and by any start phrase, which begins relief at once."""
    if t.before.scene != "emergency":
        return
    name = t.word.partition(":")[0]
    if name in ("no", "false_start") and (t.keys != ["emergency_ends"] or t.after.timers & {"repeat"}):
        yield f"{t.word} doesn't end the 113 text"
    if name in ("cramp", "confirm_cramp", "other_cramp") and not in_relief(t.after):
        yield f"{t.word} doesn't begin relief"
    if name == "stop" and t.says:
        yield "stop doesn't silence it"
    if t.after.scene not in ("emergency", "idle") and "repeat" in t.after.timers:
        yield "it is going to begin again"
    del law


def no_113_from_noise(t: Transition, law: Law) -> Iterator[str]:
    """113 begins only by a clear yes, the sign itself, or because somebody asks for it."""
    if t.after.scene != "emergency" or t.before.scene == "emergency":
        return
    named = t.word.partition(":")[0] in ("alarm", "seizure_word", "call", "cue")
    if not named and t.word not in ("yes", "yes:clear"):
        yield f"{t.event} begins the 113 text"
    del law


def rule_25(t: Transition, law: Law) -> Iterator[str]:
    """Nothing that can be heard while a prompt plays occurs in it; the alarm that T1 asks about is dead."""
    for say in t.says:
        yield from law.own_words(say.keys, say.live)
    if t.word.startswith("alarm") and _echo_of_the_question(t, law) and t.after.scene == "emergency":
        yield "its own question raises the alarm"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.lower()).split())


def rule_26(t: Transition, law: Law) -> Iterator[str]:
    """Silent within 90 s of the last understood word, unless a pause, a routine or 113 was asked for."""
    limits = law.script.limits
    quiet = [e.after_s for e in t.effects if isinstance(e, StartTimer) and e.timer == "quiet"]
    evening = law.script.routines[t.after.routine].kind == "evening" if t.after.routine else False
    talking = t.after.scene in ("telling", "holding", "asking", "informing") and not evening
    if quiet and quiet[0] + limits.farewell_s > limits.silent_within_s:
        yield "the last sentence would end after 90 s"
    woken = isinstance(t.event, TimerFired) and t.event.timer == "wait"
    if quiet and not isinstance(t.event, Heard) and not woken and t.before.scene != "idle":
        yield "it grants itself more time without a word being understood"
    if talking and "quiet" not in t.after.timers:
        yield "nothing makes it quiet"
    if (
        isinstance(t.event, TimerFired)
        and t.event.timer == "quiet"
        and t.after.scene not in ("ending", "idle")
    ):
        yield "it goes on after 90 s"
    if isinstance(t.event, Spoken | SpeechBegan) and t.before.scene == "ending" and t.says:
        yield "something follows the last sentence"


def lets_finish(t: Transition, law: Law) -> Iterator[str]:
    """While somebody speaks in a hold nothing begins by itself; they get their four seconds once, not ever again."""
    speaks = t.before.scene == "holding" and "speech" in t.before.timers
    due = isinstance(t.event, TimerFired) and t.event.timer in ("cue", "hold")
    if speaks and due and (t.says or t.after.scene != "holding"):
        yield f"{t.event} speaks into somebody's words"
    rung = law.rung(t.before)
    sits = (
        law.standing(t.before) and rung is not None and not rung.items[t.before.item].counts
    )  # no longer than told
    if (
        t.before.scene == "holding"
        and t.before.speaking
        and not t.before.question
        and due
        and t.says
        and not sits
    ):
        yield f"{t.event} cuts off an answer"
    begun = [e.after_s for e in t.effects if isinstance(e, StartTimer) and e.timer == "speech"]
    if begun and (speaks or begun[0] > law.script.limits.lets_finish_s):
        yield "whoever speaks on and on holds it up for ever"


CRY, RULE_20B, NOISE, SPEECH = 101, 120, 109, 103
"""The invariants that have no number of their own: every cry, rule 20b, and what rule 9 says of noise."""

RULES: Mapping[int, Callable[[Transition, Law], Iterator[str]]] = {
    1: rule_1, 5: rule_5, 6: rule_6, 7: rule_7, 8: rule_8, 9: rule_9, 10: rule_10, 11: rule_11, 12: rule_12,
    14: rule_14, 15: rule_15, 16: rule_16, 20: rule_20, 25: rule_25, 26: rule_26,
    CRY: every_cry, RULE_20B: rule_20b, NOISE: no_113_from_noise, SPEECH: lets_finish,
}  # fmt: skip
