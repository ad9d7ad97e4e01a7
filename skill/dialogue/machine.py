"""The dialogue: `step` takes one event and says what to do. Pure: no clock, no files, no chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from skill.content.script import Script
from skill.dialogue import where
from skill.dialogue.answers import answer, getting_better, go_on, unanswered, unclear
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.plan import (
    answer_has_sounded,
    give_cue,
    has_spoken,
    hold_ends,
    lets_finish,
    somebody_speaks,
    told,
)
from skill.dialogue.prompting import (
    advise,
    ask,
    end,
    farewell,
    repeat_advice,
    say_again,
    say_last,
)
from skill.dialogue.signs import ALARM, LONG_CRAMP, SEIZURE
from skill.dialogue.starting import begin, begin_again, begin_routine, rest_later
from skill.dialogue.state import State
from skill.dialogue.turn import Turn
from skill.dialogue.words.anywhere import CONTROL, aside, control, stop
from skill.dialogue.words.cramp import amid_relief, amid_routine
from skill.dialogue.words.quiet import when_quiet
from skill.events import (
    DialogueEvent,
    Effect,
    Heard,
    Intent,
    Requested,
    SpeechBegan,
    Spoken,
    TimerFired,
    Unclear,
)


def step(
    state: State, event: DialogueEvent, script: Script, capabilities: Capabilities
) -> tuple[State, tuple[Effect, ...]]:
    """What happens next. An event that means nothing here changes nothing."""
    turn = Turn(state, script, capabilities)
    match event:
        case Heard():
            _heard(turn, event)
            has_spoken(turn)
        case Unclear():
            _unclear(turn)
            has_spoken(turn)
        case SpeechBegan():
            _speech_began(turn)
        case Spoken(say_id):
            if say_id == state.say_id and state.speaking:
                turn.set(speaking=False)
                _spoken(turn)
        case TimerFired(timer):
            if timer in state.timers:
                turn.set(timers=state.timers - {timer})
                _timer(turn, timer)
        case Requested(what, by_clock=by_clock):
            if state.scene == "idle":
                begin_routine(turn, what, by_clock)
    return turn.state, turn.effects()


def _heard(turn: Turn, event: Heard) -> None:
    state = turn.state
    event, side = _without_side(event)
    intent = event.intent
    if intent.name == "alarm" and _is_own_words(turn, intent.value):
        return
    was_idle = state.scene == "idle"
    if intent.name in ("alarm", "seizure_word"):
        seizure = intent.name == "seizure_word" or intent.value == "seizure"
        advise(turn, SEIZURE if seizure else ALARM)
    elif was_idle:
        begin(turn, intent, side)
    elif intent.name == "stop":
        stop(turn)
    elif state.scene == "emergency":
        _in_emergency(turn, event)
    else:
        if side and state.episode:
            turn.record("place_set", place=state.place or intent.value, side=side)
        _in_conversation(turn, event)
    if turn.state.episode or not was_idle:  # also the cry itself: the person's own words, by consent
        phrase = event.phrase if turn.capabilities.keep_phrases else ""
        turn.record("heard", intent=intent.name, value=intent.value, phrase=phrase, grammar=event.grammar)


def _without_side(event: Heard) -> tuple[Heard, str]:
    """The side is heard in the phrase («krampe i høyre legg») and steers nothing: it is only written down."""
    place, _, side = event.intent.value.rpartition("_")
    if side not in ("left", "right") or not place:
        return event, ""
    return replace(event, intent=Intent(event.intent.name, place)), side


def _is_own_words(turn: Turn, alarm: str) -> bool:
    """Rule 25: an alarm phrase that the question itself contains is dead until it has faded."""
    state = turn.state
    question = turn.script.questions.get(state.question)
    if state.scene != "asking" or question is None or question.dead_alarm != alarm:
        return False
    return state.speaking or "settle" in state.timers


def _in_conversation(turn: Turn, event: Heard) -> None:
    state, intent = turn.state, event.intent
    turn.set(talking=True, silent=False)
    if "quiet" in state.timers:
        rest_later(turn)
    if intent.name == "a_little_better" and where.in_relief(turn):
        getting_better(turn)
    _carry_on(turn, intent)
    _keep_quiet_in_sight(turn)


def _carry_on(turn: Turn, intent: Intent) -> None:
    state = turn.state
    if state.scene in ("stopped", "waiting"):
        if intent.name not in CONTROL and intent.name != "wait" and aside(turn, intent):
            pass
        elif intent.name == "wait" and state.scene == "waiting":
            aside(turn, intent)
        else:
            when_quiet(turn, intent)
    elif control(turn, intent) or state.scene == "ending":
        return
    elif not (_is_answer(turn, intent) or aside(turn, intent)):
        (amid_relief if where.in_relief(turn) else amid_routine)(turn, intent)


def _is_answer(turn: Turn, intent: Intent) -> bool:
    state = turn.state
    if state.scene == "holding" and state.question in _ASKED_IN_THE_HOLD:
        return answer(turn, intent)
    return state.scene == "asking" and answer(turn, intent)


_ASKED_IN_THE_HOLD = ("help_cramp", "whole_body")  # where it is, steers by itself (starting.place_said)


def _keep_quiet_in_sight(turn: Turn) -> None:
    """Whatever it does next, it becomes quiet by itself; the evening's stretches were asked for and are long."""
    state, part = turn.state, where.routine(turn)
    busy = state.scene in ("asking", "informing", "telling", "holding")
    if busy and "quiet" not in state.timers and not (part and part.kind == "evening"):
        rest_later(turn)


def _in_emergency(turn: Turn, event: Heard) -> None:
    """The 113 text stands until someone calls or says stop."""
    match event.intent.name:
        case "called":
            turn.record("advice_acknowledged", sign=turn.script.dangers[turn.state.advised].sign)
            say_last(turn, "danger.called", reason="advised")
        case "no" | "false_start" | "done":
            say_last(turn, "emergency_ends", reason="advised")
        case "cramp" | "confirm_cramp" | "other_cramp":
            begin_again(turn, event.intent.name, event.intent.value)
        case "helper_here":
            turn.set(helper=True)
            advise(turn, turn.state.advised)
        case name if name in CONTROL:
            control(turn, event.intent)
        case "repeat" | "call" | "help" | "cue" | "fell" | "on_floor":
            say_again(turn)
        case _:
            pass


def _unclear(turn: Turn) -> None:
    """Not guessed at. Only a question notices it, once its own sound has ended."""
    if turn.state.scene == "asking" and not turn.state.speaking:
        unclear(turn)


def _speech_began(turn: Turn) -> None:
    """Whoever has begun to answer gets the whole time once more; whoever speaks in a hold is let finish."""
    state = turn.state
    if state.scene == "holding":
        somebody_speaks(turn)
    elif state.scene == "asking" and "answer" in state.timers and not state.began:
        turn.set(began=True)
        _await_answer(turn)


def _await_answer(turn: Turn) -> None:
    turn.start("answer", turn.capabilities.answer_s or turn.script.limits.answer_s)


def _spoken(turn: Turn) -> None:
    state, limits = turn.state, turn.script.limits
    match state.scene:
        case "telling":
            told(turn)
        case "asking":
            if turn.script.questions[state.question].dead_alarm:
                turn.start("settle", limits.settle_s)
            _await_answer(turn)
        case "informing":
            go_on(turn)
        case "holding":
            answer_has_sounded(turn)
        case "ending":
            end(turn, state.reason)
        case "emergency":
            gaps_s = limits.emergency_gaps_s
            if state.repeats < len(gaps_s):
                turn.start("repeat", gaps_s[state.repeats])
            else:
                end(turn, "advised")
        case _:
            pass


def _timer(turn: Turn, timer: str) -> None:
    if timer in ("hold", "cue") and "speech" in turn.state.timers:
        lets_finish(turn, timer)
    elif action := _ON_TIMER.get(timer):
        action(turn)


def _are_you_there(turn: Turn) -> None:
    rest_later(turn)
    ask(turn, "are_you_there", then=turn.state.then)


def _listened_long_enough(turn: Turn) -> None:
    part = where.routine(turn)
    refused = (
        part is not None and part.kind == "evening" and not turn.state.item
    )  # «nei takk» to the first question
    end(turn, "relieved" if turn.state.relieved else "declined" if refused else "stopped")


def _has_lasted_long(turn: Turn) -> None:
    """Ten minutes: say so at once, unless a danger sign is being asked about or silence was asked for."""
    state = turn.state
    question = turn.script.questions.get(state.question) if state.scene == "asking" else None
    if not where.in_relief(turn) or state.relieved or state.long_said:
        return
    if state.scene in ("stopped", "waiting") or (question and question.kind == "danger"):
        turn.set(overdue=True)
    else:
        advise(turn, LONG_CRAMP, where.back_to(turn))


def _be_quiet(turn: Turn) -> None:
    """No word for a long time: one last sentence while the cramp may be there, else none."""
    state = turn.state
    if state.scene == "ending":
        end(turn, state.reason)
    elif where.in_relief(turn):
        farewell(turn)
    else:
        part = where.routine(turn)
        end(turn, part.reason if part and part.kind == "episode" else "silence")


_ON_TIMER: Mapping[str, Callable[[Turn], None]] = {
    "hold": hold_ends,
    "cue": give_cue,
    "speech": has_spoken,
    "answer": unanswered,
    "repeat": repeat_advice,
    "wait": _are_you_there,
    "later": go_on,
    "listen": _listened_long_enough,
    "long": _has_lasted_long,
    "quiet": _be_quiet,
}  # "groan" and "settle" only run
