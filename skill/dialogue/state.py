"""Where a conversation is: one frozen, finite value. Time is not in it; it comes in as named timers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Scene = Literal[
    "idle",
    "telling",  # an instruction is being spoken
    "holding",  # it is being carried out, or there is a pause
    "asking",  # a question is being spoken, or its answer awaited
    "informing",  # a sentence in between is being spoken
    "emergency",  # the 113 text, again and again
    "waiting",  # the person asked for a pause
    "stopped",  # silent because the person said so, still listening
    "ending",  # the last sentence is being spoken
]

FACTS = (
    "advised_last_night", "frequent_cramps", "cramp_tonight", "morning_0", "morning_1", "morning_2", "morning_3",
    "clot_answered", "soreness_told", "programme_week", "programme_end", "programme_left",
)  # fmt: skip
"""What is known of this night and the week before. clot_answered: the two questions about a clot in the lung were asked
and answered tonight; soreness_told: so was that the leg may be sore; morning_N: whose turn it is among the questions
of the morning. Of the six weeks of evening stretching, programme_week: the question of the week is due; programme_end:
so is the last one; programme_left: the person did not want to go on."""


PLACES = ("calf", "foot", "shin", "thigh_back", "thigh_front")  # what a ladder of its own is for


class Remembered(NamedTuple):
    """What helped this person last, and where the cramp was."""

    place: str = ""
    protocol: str = ""
    rung: str = ""  # its id


NOTHING = Remembered()


class State(NamedTuple):
    """Everything that decides what happens next. `say_id` only tells one prompt from another.

    A named tuple, because walking through all of its reachable values has to be quick.
    """

    scene: Scene = "idle"
    say_id: int = 0
    speaking: bool = False
    timers: frozenset[str] = frozenset()
    episode: bool = False
    # where in the plan: a rung of a protocol, or (when `routine` is set) a routine; and the item there
    protocol: str = ""
    rung: int = -1
    routine: str = ""
    item: int = 0
    climbing: bool = False  # the rung was begun, and how it went is not written down yet
    cue: int = 0  # how many of the hold's cues have been given
    due: Literal["", "cue", "hold"] = ""  # what waits until somebody has finished speaking
    # the question being asked, and where the conversation goes after it
    question: str = ""
    attempt: int = 0
    began: bool = False  # somebody has begun to speak since the question
    then: str = ""
    later: str = ""  # a question that waits until the cramp is over
    # what would be repeated
    prompt: tuple[str, ...] = ()
    live: str = "speaking"
    # what is known of this episode
    place: str = ""
    talking: bool = False  # a word was understood since the start
    silent: bool = False  # a whole round went without an answer: no more questions
    overdue: bool = False  # ten minutes have gone, and it has not been said yet
    long_said: bool = False  # it has been said once in this episode
    hushed: bool = False  # no words while a stretch is held
    clot_sign: bool = False  # something said tonight asks for the two questions about a clot in the lung
    helper: bool = False
    no_standing: bool = False
    chest_asked: bool = False
    breath_asked: bool = False
    swollen: str = ""  # is it swollen? "" not asked | no | yes | open: not known, or not answered
    unhurt: str = (
        ""  # after a fall: "head" when its question was answered with no, "all" when the hip's was too
    )
    relieved: bool = False
    advised: str = ""  # the danger whose advice was given
    repeats: int = 0
    reason: str = ""  # why it ends, once it does
    # what earlier nights say; only the morning asks for it
    facts: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()  # what the person has said about the day before
    remembered: Remembered = NOTHING


_FIELD = {name: number for number, name in enumerate(State._fields)}


def changed(state: State, changes: Mapping[str, Any]) -> State:
    """The state with these fields changed: `_replace`, in a fifth of its time, because proving walks take millions.

    Raises KeyError: there is no such field.
    """
    values = list(state)
    for name, value in changes.items():
        values[_FIELD[name]] = value
    return State._make(values)


def initial(facts: frozenset[str] = frozenset(), remembered: Remembered = NOTHING) -> State:
    """Nothing is happening. `facts`: a subset of FACTS; both are known from the journal."""
    return State(
        facts=facts,
        remembered=remembered,
        chest_asked="clot_answered" in facts,
        breath_asked="clot_answered" in facts,
    )
