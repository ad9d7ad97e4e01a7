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
from skill.content.steps import NEEDS_T2, Rung
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import State
from skill.events import (
    Heard,
    Intent,
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

CALLING = ("danger.113", "danger.legevakt", "danger.foden", "danger.no_contact")
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
    by_hand = [k for k in t.keys if law.kinds.get(k) and law.kinds[k] <= set(NEEDS_T2)]
    if by_hand and t.after.t2 != "no":
        yield f"{by_hand} while swelling is {t.after.t2 or 'not asked about'}"
    if t.after.t2 == "no" and t.before.t2 != "no" and not (t.word == "no" and t.before.question == "t2"):
        yield "swelling counts as denied without a no"
    if t.before.episode and not t.after.episode and t.after.t2:
        yield "an answer outlives its episode"
    if t.after.t2 == "yes" and in_relief(t.after):
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
    """Never past six holds or ten minutes without saying that it has lasted long."""
    limits, lower = law.script.limits, law.able.lower_threshold
    most = limits.max_holds_pregnant if lower else limits.max_holds
    if t.after.holds > most:
        yield f"hold number {t.after.holds}"
    if t.after.holds > t.before.holds and t.before.overdue:
        yield "another hold after ten minutes"
    relief = in_relief(t.after) and t.after.scene != "idle"
    if relief and "long" not in t.after.timers and not t.after.overdue:
        yield "nothing counts the ten minutes"
    started = [e.after_s for e in t.effects if isinstance(e, StartTimer) and e.timer == "long"]
    if started and (
        started[0] > 600.0 or t.before.scene not in ("idle", "asking", "ending", "telling", "holding")
    ):
        yield f"ten minutes are counted anew from {t.before.scene}"
    gone = isinstance(t.event, TimerFired) and t.event.timer == "long" and in_relief(t.before)
    if gone and "danger.long" not in t.keys and not t.after.overdue:
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
    if t.word in ("worse", "pain") and in_relief(t.before) and t.before.scene in ("telling", "holding"):
        ladder, rung = law.script.protocols[t.before.protocol], law.rung(t.before)
        let_go = {ladder.relax, rung.leave if rung else ""}
        advised = t.after.advised and "danger.long" in t.keys
        if not advised and (not t.says or t.says[0].keys[0] not in let_go):
            yield "it hurts, and the stretch isn't let go first"


def rule_9(t: Transition, law: Law) -> Iterator[str]:
    """A danger question that was answered, but not understood: once more, then it counts as yes."""
    before = t.before
    question = law.script.questions.get(before.question)
    if not isinstance(t.event, Unclear) or before.scene != "asking" or question is None:
        return
    if question.kind != "danger" or before.speaking:
        return
    if before.attempt == 0:
        if t.after.question != before.question or t.after.attempt != 1 or not t.says:
            yield "an unclear answer isn't asked about again"
        return
    yes, _ = law.step(before, Heard(_YES, "", "", 0.0), law.script, law.able)
    kept = ("scene", "question", "advised", "prompt", "t2", "protocol", "rung")
    if any(getattr(yes, f) != getattr(t.after, f) for f in kept):
        yield "two unclear answers don't count as yes"


def rule_10(t: Transition, _: Law) -> Iterator[str]:
    """Silence is neither no nor yes: no number, no massage, no standing comes of it."""
    if isinstance(t.event, Heard | Unclear):
        return
    for record in t.recorded("danger_sign"):
        lasted_long = record.data["sign"] in ("T5", "T5_pregnant")
        if record.data["number"] in ("113", "116117", "foden") and not lasted_long:
            yield f"silence leads to {record.data['number']}"
    if any(r.data["answer"] for r in t.recorded("question_answered")):
        yield "silence is written down as an answer"
    if t.after.t2 in ("yes", "no") and t.before.t2 != t.after.t2:
        yield "silence answers whether it is swollen"


def rule_11(t: Transition, law: Law) -> Iterator[str]:
    """A seizure, or somebody else ill: the 113 text and no stretch, then or later in this episode."""
    ill = t.word in ("seizure_word", "alarm:seizure", "alarm:unresponsive")
    if ill and ("danger.113" not in t.keys or in_relief(t.after)):
        yield "a seizure isn't answered with 113"
    stretches = [key for key in t.keys if key in law.kinds]
    if stretches and t.before.advised and t.before.scene in ("emergency", "stopped", "informing"):
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
    if t.after.holds > law.script.limits.max_holds_pregnant:
        yield "as many holds as for anybody"
    for record in t.recorded("danger_sign"):
        if (
            str(record.data["sign"]).split("_")[0] in ("T2", "T5", "T0d", "T10")
            and record.data["number"] != "foden"
        ):
            yield f"{record.data['sign']} leads to {record.data['number'] or 'nobody'}"
    if any(law.kinds.get(key) == {"massage"} for key in t.keys):
        yield "massage in pregnancy"


_STEERING = ("place", "better", "front_or_back", "thigh_front_or_back", "once_more", "are_you_there")
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


_YES = Intent("yes", "clear")

RULES: Mapping[int, Callable[[Transition, Law], Iterator[str]]] = {
    1: rule_1, 5: rule_5, 6: rule_6, 7: rule_7, 8: rule_8, 9: rule_9, 10: rule_10, 11: rule_11, 12: rule_12,
    14: rule_14, 15: rule_15, 16: rule_16, 20: rule_20, 25: rule_25, 26: rule_26,
}  # fmt: skip
