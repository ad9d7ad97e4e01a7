"""Each rule of kind D seen to fail: the same walk over a dialogue, or a script, in which that rule is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from skill.content.script import Script
from skill.content.steps import Item
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import State
from skill.events import (
    DialogueEvent,
    Effect,
    Heard,
    Intent,
    Record,
    Say,
    SpeechBegan,
    Spoken,
    StartTimer,
    StopSpeaking,
    TimerFired,
    Unclear,
)
from tests.dialogue.explore import Step, Trip
from tests.dialogue.rules import CRY, NOISE, RULE_20B, RULES, SPEECH
from tests.dialogue.world import ABLE, EXPECTING, NOBODY_SPECIAL, ears, script, walk

Result = tuple[State, tuple[Effect, ...]]
USUAL = ("cramp:calf", "yes:clear", "no", "better", "not_better", "worse", "stop")


@dataclass(frozen=True)
class Fault:
    """What is broken, who meets it, and with which words beyond the usual ones."""

    what: str
    step: Step = step
    used: Callable[[Script], Script] = lambda script: script
    able: Capabilities = NOBODY_SPECIAL
    words: tuple[str, ...] = ()


def _meaning(event: DialogueEvent) -> str:
    return event.intent.name if isinstance(event, Heard) else ""


def deaf_to_alarms_while_speaking(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    return (s, ()) if _meaning(e) == "alarm" and s.speaking else step(s, e, x, a)


def silence_denies_swelling(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if isinstance(e, TimerFired) and e.timer == "answer" and s.question == "t2" and s.attempt:
        e = Heard(Intent("no"), "", "", 0.0)
    return step(s, e, x, a)


def a_question_after_stop(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    if _meaning(e) == "stop" and s.scene != "idle":
        effects = (*effects, Say(after.say_id, ("ask.better",)))
    return after, effects


def a_seizure_is_a_cramp(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if isinstance(e, Heard) and (e.intent.name == "seizure_word" or e.intent.value == "seizure"):
        e = Heard(Intent("cramp", "calf"), "", "", 0.0)
    return step(s, e, x, a)


def the_journal_first(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    return after, tuple(sorted(effects, key=lambda effect: not isinstance(effect, Record)))


def never_quiet(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    quiet = tuple(f for f in effects if not (isinstance(f, StartTimer) and f.timer == "quiet"))
    return after._replace(timers=after.timers - {"quiet"}), quiet


def noise_gives_more_time(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    if isinstance(e, Unclear) and s.scene == "asking":
        effects = (*effects, StartTimer("quiet", 80.0))
    return after, effects


def ten_minutes_are_not_counted(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    return after._replace(timers=after.timers - {"long"}), effects


def said_again_and_again(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s._replace(overdue=s.long_said), e, x, a)
    return after, effects


def unclear_is_yes(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if isinstance(e, Unclear) and s.question == "t1_chest" and s.attempt:
        e = Heard(Intent("yes", "clear"), "", "", 0.0)
        after, effects = step(s, e, x, a)
        return after, effects
    return step(s, e, x, a)


def asks_first(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if s.scene == "idle" and _meaning(e) == "cramp":
        s = s._replace(timers=s.timers | {"groan"})
        e = Heard(Intent("groan"), "", "", 0.0)
    return step(s, e, x, a)


def speaks_into_words(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    due = isinstance(e, TimerFired) and e.timer in ("cue", "hold")
    return step(s._replace(timers=s.timers - {"speech"}) if due else s, e, x, a)


def waits_again_and_again(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if isinstance(e, SpeechBegan) and s.scene == "holding":
        s = s._replace(timers=s.timers - {"speech"})
    return step(s, e, x, a)


def no_way_back(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    return (s, ()) if s.scene == "emergency" and _meaning(e) == "no" else step(s, e, x, a)


def nobody_is_pregnant(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    return step(s, e, x, replace(a, lower_threshold=False, may_massage=True))


def anybody_may_stand(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    return step(s, e, x, replace(a, may_stand=True))


def its_own_words_are_an_alarm(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    if _meaning(e) == "alarm" and s.question == "t1_chest":
        s = s._replace(question="better")
    return step(s, e, x, a)


def the_hold_goes_on_when_it_hurts(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    if _meaning(e) in ("worse", "pain"):
        effects = tuple(replace(f, keys=f.keys[1:]) if isinstance(f, Say) else f for f in effects)
    return after, effects


def something_after_the_last_sentence(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    if s.scene == "ending" and isinstance(e, Spoken):
        effects = (*effects, Say(after.say_id + 1, ("here",)))
    return after, effects


def stopping_is_slow(s: State, e: DialogueEvent, x: Script, a: Capabilities) -> Result:
    after, effects = step(s, e, x, a)
    return after, tuple(sorted(effects, key=lambda effect: isinstance(effect, StopSpeaking)))


def asked(name: str, **answers: str) -> Callable[[Script], Script]:
    """The script with other answers to question `name`; `_` in an answer's name stands for ":"."""

    def change(script: Script) -> Script:
        question = script.questions[name]
        changed = {k.replace("_", ":"): v for k, v in answers.items()}
        question = replace(question, answers={**question.answers, **changed})
        return replace(script, questions={**script.questions, name: question})

    return change


def limits(**changes: Any) -> Callable[[Script], Script]:
    return lambda script: replace(script, limits=replace(script.limits, **changes))


def rung_kinds(**kinds: str) -> Callable[[Script], Script]:
    """The script in which rungs pass for another kind than they are."""

    def change(script: Script) -> Script:
        protocols = {
            name: replace(
                protocol, rungs=tuple(replace(r, kind=kinds.get(r.kind, r.kind)) for r in protocol.rungs)
            )
            for name, protocol in script.protocols.items()
        }
        return replace(script, protocols=protocols)

    return change


def more_questions(script: Script) -> Script:
    after = script.routines["after"]
    items = (*after.items[:2], Item(ask="t8_urine"), Item(ask="t7_fever"), *after.items[2:])
    return replace(script, routines={**script.routines, "after": replace(after, items=items)})


def t1_is_asked_during_relief(script: Script) -> Script:
    calf = script.protocols["calf"]
    first = replace(calf.rungs[0], items=(calf.rungs[0].items[0], Item(ask="t1_chest")))
    return replace(
        script, protocols={**script.protocols, "calf": replace(calf, rungs=(first, *calf.rungs[1:]))}
    )


def texts(**changes: str) -> Callable[[Script], Script]:
    """The script with other texts; `__` in a name stands for "."."""
    new = {key.replace("__", "."): text for key, text in changes.items()}
    return lambda script: replace(script, texts={**script.texts, **new})


def live(question: str, grammar: str) -> Callable[[Script], Script]:
    def change(script: Script) -> Script:
        changed = replace(script.questions[question], live=grammar)
        return replace(script, questions={**script.questions, question: changed})

    return change


FAULTS: list[tuple[int, Fault]] = [
    (1, Fault("alarms aren't heard while it speaks", deaf_to_alarms_while_speaking, words=("alarm:breath",))),
    (5, Fault("silence counts as «not swollen»", silence_denies_swelling)),
    (5, Fault("massage passes for the person's own movement", used=rung_kinds(massage="own"))),
    (
        6,
        Fault(
            "«mm» makes somebody stand", used=asked("steady", yes_weak="go"), able=ABLE, words=("yes:weak",)
        ),
    ),
    (6, Fault("silence makes somebody stand", used=asked("steady", silence="go"), able=ABLE)),
    (6, Fault("the dizzy stand up", used=asked("dizzy_before_standing", otherwise="go"), able=ABLE)),
    (6, Fault("not seated for 30 s", used=lambda script: _hasty(script), able=ABLE)),
    (6, Fault("those who may not stand are asked to", anybody_may_stand)),
    (7, Fault("ten minutes are said twice", said_again_and_again, words=("unsure",))),
    (7, Fault("nothing counts the ten minutes", ten_minutes_are_not_counted)),
    (8, Fault("a question after «stopp»", a_question_after_stop)),
    (8, Fault("other things before the silence", stopping_is_slow)),
    (8, Fault("the stretch isn't let go first", the_hold_goes_on_when_it_hurts)),
    (9, Fault("an unclear answer is a yes", unclear_is_yes, words=("cue:chest",))),
    (NOISE, Fault("an unclear answer begins 113", unclear_is_yes, words=("cue:chest",))),
    (CRY, Fault("a question before the stretch", asks_first)),
    (SPEECH, Fault("a calm word drowns what is said", speaks_into_words)),
    (SPEECH, Fault("talk holds up the end of the stretch", waits_again_and_again)),
    (RULE_20B, Fault("113 has no way back", no_way_back, words=("alarm:breath",))),
    (10, Fault("silence leads to 113", used=asked("t1_chest", silence="danger:T1"), words=("cue:chest",))),
    (10, Fault("silence leads to a doctor", used=asked("t2", silence="danger:T2"), words=("cue:swollen",))),
    (11, Fault("a seizure gets a stretch", a_seizure_is_a_cramp, words=("alarm:seizure", "seizure_word"))),
    (12, Fault("the journal comes before the advice", the_journal_first, words=("alarm:breath",))),
    (
        14,
        Fault(
            "it says that help is coming", used=texts(danger__113="Jeg har ringt."), words=("alarm:breath",)
        ),
    ),
    (15, Fault("heat at night", used=texts(after__G4="Legg et varmt håndkle på leggen."))),
    (16, Fault("pregnancy changes nothing", nobody_is_pregnant, able=EXPECTING, words=("unsure",))),
    (20, Fault("five questions after the cramp", used=more_questions)),
    (20, Fault("chest pain is asked about during relief", used=t1_is_asked_during_relief)),
    (
        25,
        Fault(
            "the alarm that T1 names is live meanwhile",
            used=live("t1_chest", "speaking"),
            words=("cue:chest",),
        ),
    ),
    (25, Fault("T1 raises the alarm itself", its_own_words_are_an_alarm, words=("alarm:chest", "cue:chest"))),
    (26, Fault("nothing makes it quiet", never_quiet)),
    (26, Fault("noise gives it more time", noise_gives_more_time)),
    (26, Fault("it speaks after its last sentence", something_after_the_last_sentence)),
    (26, Fault("two minutes without a word", used=limits(silent_within_s=120.0))),
]


@pytest.mark.parametrize(("rule", "fault"), FAULTS, ids=lambda x: getattr(x, "what", str(x)))
def test_a_broken_dialogue_is_found_out(rule: int, fault: Fault) -> None:
    """Reviewed is the shipped script; used is the broken one, save for texts and questions, which are judged."""
    used = fault.used(script())
    judged = replace(script(), texts=used.texts, routines=used.routines)
    found = walk(
        fault.able,
        ears(
            lambda word: word in (*USUAL, *fault.words), everywhere=fault.step is its_own_words_are_an_alarm
        ),
        Trip(step=fault.step, at_most=4000),
        reviewed=judged,
        used=used,
        until_broken=rule,
    )
    assert found.broken, f"rule {rule} doesn't notice: {fault.what}"


def _hasty(script: Script) -> Script:
    calf = script.protocols["calf"]
    rungs = tuple(
        replace(r, items=(r.items[0], replace(r.items[1], after_s=2.0), *r.items[2:]))
        if r.kind == "standing"
        else r
        for r in calf.rungs
    )
    return replace(script, protocols={**script.protocols, "calf": replace(calf, rungs=rungs)})


def test_every_rule_of_kind_d_is_seen_to_fail() -> None:
    assert {rule for rule, _ in FAULTS} == set(RULES)
