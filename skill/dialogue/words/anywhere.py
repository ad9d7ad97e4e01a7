"""Words that mean the same wherever a conversation is: louder, again, wait, I fell, call someone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from skill.dialogue import where
from skill.dialogue.answers import (
    carry_out,
)
from skill.dialogue.prompting import advise, ask, end, say_again, say_last, step_ended
from skill.dialogue.signs import ASK_SWELLING, STOMACH
from skill.dialogue.starting import advice_for_call
from skill.dialogue.turn import Turn
from skill.events import Intent

CONTROL = ("slower", "faster", "louder", "softer")


def stop(turn: Turn) -> None:
    """Silence at once, no question, still listening."""
    turn.urgent = True
    turn.cancel("quiet")
    turn.hush()
    turn.scene("stopped", "aftercare")
    if turn.state.advised:
        turn.forget("scene", "advised", "routine", "chest_asked", "breath_asked")
    turn.start("listen", turn.script.limits.stopped_s)


def control(turn: Turn, intent: Intent) -> bool:
    """Loudness, pace and repeating, in any scene; False when it is none of them."""
    if intent.name in CONTROL:
        turn.adjust(cast(Literal["slower", "faster", "louder", "softer"], intent.name))
        _repeat(turn, "")
    elif intent.name == "repeat":
        _repeat(turn, "slow_loud")
    else:
        return False
    return True


def _repeat(turn: Turn, style: Literal["", "slow_loud"]) -> None:
    if turn.state.scene in ("idle", "stopped", "waiting"):
        return
    say_again(turn, style=style or None)


def aside(turn: Turn, intent: Intent) -> bool:
    """Things said in between, in every scene with a conversation going on; False when it is none of them."""
    action = _ASIDES.get(intent.name)
    if action is None:
        return False
    action(turn, intent)
    return True


def _cue(turn: Turn, intent: Intent) -> None:
    """A word that may mean danger: ask, now or when the cramp is over; never act on it alone."""
    cue = turn.script.cues.get(intent.value or intent.name)
    if cue is None or not where.all_true(cue.when, turn):
        return
    questions = [other for able, other in cue.instead.items() if where.is_true(able, turn)]
    question = questions[0] if questions else cue.ask
    if question == ASK_SWELLING:
        turn.set(clot_sign=True)  # a swollen, red or warm leg was named, whatever the answer
    state = turn.state
    if question == state.question or (question == ASK_SWELLING and state.swollen):
        return
    asking = turn.script.questions.get(state.question) if state.scene == "asking" else None
    if (asking and asking.kind == "danger") or (not cue.now and where.in_relief(turn)):
        turn.set(later=state.later or question)
    else:
        ask(turn, question, then=where.back_to(turn))


def _call(turn: Turn, intent: Intent) -> None:
    advise(turn, advice_for_call(turn.script, intent.value), where.back_to(turn))


def _afraid(turn: Turn, _: Intent) -> None:
    if turn.state.scene == "holding":
        turn.speak(("afraid",))
    elif turn.state.scene in ("telling", "asking", "informing"):
        say_again(turn, before=("afraid",))
    elif turn.state.scene in ("stopped", "waiting"):
        turn.speak(("afraid",))


def _stomach(turn: Turn, _: Intent) -> None:
    advise(turn, STOMACH, where.back_to(turn))


def _false_start(turn: Turn, _: Intent) -> None:
    step_ended(turn, "stopped")
    if turn.state.advised:
        end(turn, "advised")
    else:
        carry_out(turn, "false_start")


def _wait(turn: Turn, _: Intent) -> None:
    state = turn.state
    turn.cancel("quiet")
    turn.hush()
    then = state.then if state.question == "are_you_there" else where.back_to(turn)
    turn.scene("waiting", "hold", then=then)
    turn.start("wait", turn.script.limits.wait_s)


def _done(turn: Turn, _: Intent) -> None:
    _say_last_words(turn, "good_night")


def _thanks(turn: Turn, _: Intent) -> None:
    _answer_beside(turn, "you_are_welcome")


def _time(turn: Turn, _: Intent) -> None:
    quarter = turn.capabilities.quarter
    _answer_beside(turn, "clock.unknown" if quarter is None else f"clock.{quarter}")


def _answer_beside(turn: Turn, key: str) -> None:
    """Say `key` and go on: while a stretch is held nothing else is said, elsewhere what was said last comes again."""
    if turn.state.scene in ("holding", "stopped", "waiting"):
        turn.speak((key,))
    else:
        say_again(turn, before=(key,))


def _good_night(turn: Turn, _: Intent) -> None:
    _say_last_words(turn, "just_good_night")


def _say_last_words(turn: Turn, key: str) -> None:
    """`key` ends the conversation; whoever has been told to call someone hears nothing more."""
    step_ended(turn, "stopped")
    if turn.state.advised:
        end(turn, "advised")
    else:
        say_last(turn, key, reason="relieved" if turn.state.relieved else "person")


def _hush(turn: Turn, _: Intent) -> None:
    """No more words while something is held; what is being told is told to its end."""
    turn.set(hushed=True)
    turn.cancel("cue")
    if turn.state.scene == "holding" and turn.state.speaking:
        turn.hush()


_ASIDES: dict[str, Callable[[Turn, Intent], None]] = {
    "cue": _cue,
    "fell": _cue,
    "on_floor": _cue,
    "call": _call,
    "afraid": _afraid,
    "stomach": _stomach,
    "false_start": _false_start,
    "wait": _wait,
    "done": _done,
    "thanks": _thanks,
    "time": _time,
    "good_night": _good_night,
    "hush": _hush,
}
