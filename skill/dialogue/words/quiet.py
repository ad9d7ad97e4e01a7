"""Words after «stopp» or «vent»."""

from __future__ import annotations

from skill.dialogue import where
from skill.dialogue.answers import relieve, resume
from skill.dialogue.prompting import advise, ask, end, step_ended
from skill.dialogue.starting import begin_again
from skill.dialogue.turn import Turn
from skill.events import Intent


def when_quiet(turn: Turn, intent: Intent) -> None:
    """Words after «stopp» or «vent»: only those that ask for more."""
    state = turn.state
    match intent.name:
        case "cramp" | "came_back" | "next" | "help" | "confirm_cramp" | "other_cramp":
            _go_on(turn, intent)
        case "not_better" | "worse" if not state.advised:
            _go_on(turn, intent)
        case "better" | "over":
            if where.in_relief(turn) and state.scene == "waiting":
                relieve(turn)
            elif where.in_relief(turn):
                step_ended(turn, "better")
                end(turn, "relieved")
        case "yes" | "same" | "a_little_better" | "place" | "standing" | "repeat":
            if state.scene == "waiting":
                _go_on(turn, intent)
        case _:
            pass


def _go_on(turn: Turn, intent: Intent) -> None:
    state = turn.state
    if state.advised and turn.script.dangers[state.advised].after == "repeat":
        if intent.name in (
            "cramp",
            "confirm_cramp",
            "came_back",
            "other_cramp",
        ):  # not again without a new sign
            begin_again(turn, intent.name, intent.value)
    elif state.advised:
        advise(turn, state.advised)
    elif where.items(turn) or state.then:
        resume(turn)
    else:
        ask(turn, "is_it_cramp", then="confirm")
