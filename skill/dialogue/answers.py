"""What an answer leads to: the outcomes that prompts/questions.toml names, carried out."""

from __future__ import annotations

from skill.content.questions import Question
from skill.dialogue import where
from skill.dialogue.plan import enter_item, next_item, next_rung, once_more, start_ladder, start_routine
from skill.dialogue.prompting import (
    advise,
    ask,
    ask_again,
    end,
    farewell,
    leave_standing,
    relief_is_over,
    say_last,
    step_ended,
)
from skill.dialogue.recording import take_place, write_down
from skill.dialogue.signs import ASK_SWELLING
from skill.dialogue.state import PLACES, Remembered
from skill.dialogue.turn import Turn
from skill.events import Intent


def answer(turn: Turn, intent: Intent) -> bool:
    """Take `intent` as an answer to the question being asked; False when it isn't one."""
    question = turn.script.questions[turn.state.question]
    outcome = question.outcome(intent)
    if not outcome:
        return False
    if outcome == "nothing":
        return True
    if outcome == "ask_again":
        unclear(turn)
        return True
    if outcome == "more_than_usual":
        _more_than_usual(turn)
        return True
    write_down(turn, question, intent)
    if question.id == "is_it_cramp":
        take_place(turn, intent)
    carry_out(turn, outcome)
    return True


def unclear(turn: Turn) -> None:
    """Spoken, but not an answer: ask once more; the second time it counts as the script says."""
    question = turn.script.questions[turn.state.question]
    if turn.state.attempt == 0 and question.ask_unclear_again:
        ask_again(turn, before=("answer_plainly",) if question.kind == "danger" else ())
        return
    if question.kind == "danger":
        _number_once(turn, question)
        return
    turn.record("question_answered", question=question.id, answer="unclear")
    carry_out(turn, question.unclear)


def _number_once(turn: Turn, question: Question) -> None:
    """Unclear twice: one sentence with the number, stored as not answered, and help goes on."""
    turn.record("question_unanswered", question=question.id)
    if question.sets == ASK_SWELLING:
        turn.set(swollen="open")
    key = question.unclear_say or f"danger.if_{_number(turn, question)}"
    turn.scene("informing", "hold" if where.in_relief(turn) else "aftercare", then=turn.state.then)
    turn.say(key, live=question.live)


def _number(turn: Turn, question: Question) -> str:
    """Whom a yes to this question, or to what it leads to, would send the person to."""
    outcome, seen = question.answers["yes"], {question.id}
    verb, _, name = outcome.partition(":")
    while verb == "ask" and name not in seen:
        seen.add(name)
        verb, _, name = turn.script.questions[name].answers["yes"].partition(":")
    return (turn.script.dangers[name].number if verb == "danger" else "") or "116117"


def _more_than_usual(turn: Turn) -> None:
    """«Litt» to a danger question is asked after once; a second one is unclear."""
    state = turn.state
    if state.attempt:
        unclear(turn)
        return
    question = turn.script.questions[state.question]
    turn.scene("asking", question.grammar, question=question.id, attempt=1, then=state.then)
    turn.say("more_than_usual", live=question.live)


def unanswered(turn: Turn) -> None:
    """Nobody said anything."""
    question = turn.script.questions[turn.state.question]
    again = question.retry == "always" or (question.retry == "when_talking" and turn.state.talking)
    if again and turn.state.attempt == 0:
        ask_again(turn)
        return
    turn.record("question_unanswered", question=question.id)
    if question.sets == ASK_SWELLING:
        turn.set(swollen="open")
    carry_out(turn, question.silence)


def carry_out(turn: Turn, outcome: str) -> None:
    """Do what an outcome says. Raises KeyError for one that the loader would have refused."""
    verb, _, name = outcome.partition(":")
    match verb:
        case "ask":
            ask(turn, name, turn.state.then)
        case "danger":
            asked = turn.script.questions[turn.state.question]
            advise(turn, name, turn.state.then, asked.sign)
        case "routine":
            start_routine(turn, name)
        case "protocol":
            step_ended(turn, "worse")
            start_ladder(turn, name)
        case _ if verb in _OF_RELIEF and not where.in_relief(turn):
            go_on(turn)
        case _:
            _PLAIN[verb](turn)


def go_on(turn: Turn) -> None:
    """Continue where the question or the sentence in between had been put in."""
    if not turn.state.advised:
        turn.set(unhurt="")  # the questions about a fall are over; a later fall is asked about anew
    verb, _, name = turn.state.then.partition(":")
    match verb:
        case "next_item":
            next_item(turn)
        case "ladder":
            next_rung(turn)
        case "routine":
            start_routine(turn, name)
        case "confirm":
            ask(turn, "is_it_cramp", then="confirm")
        case "ask":
            question, _, then = name.partition(">")
            ask(turn, question, then)
        case "again":
            question, _, then = name.partition(">")
            ask(turn, question, then, attempt=1)
        case "end":
            end(turn, "person")
        case _:
            enter_item(turn)


def relieve(turn: Turn) -> None:
    """It is better: let go slowly, and the aftercare begins."""
    climbed = where.rung(turn)
    seated = leave_standing(turn)
    step_ended(turn, "better")
    ladder = turn.script.protocols[turn.state.protocol]
    ease = (climbed.ease if climbed else "") or ladder.ease
    place = ladder.serves[0] if turn.state.place in where.OPEN_PLACES else turn.state.place
    if climbed and climbed.kind == "own" and place in PLACES:
        turn.set(remembered=Remembered(place, ladder.id, climbed.id))
    relief_is_over(turn)
    turn.set(relieved=True, place=place)
    start_routine(turn, "after", before=seated or (ease,))


def not_relieved(turn: Turn) -> None:
    """It doesn't help: something else."""
    step_ended(turn, "same")
    next_rung(turn, before=_leaving(turn) or ("something_else",))


def cannot(turn: Turn) -> None:
    """Out of reach, or too hard: something easier."""
    step_ended(turn, "skipped")
    next_rung(turn, before=_leaving(turn) or ("easier",))


def holds(turn: Turn) -> None:
    """An answer that came while a stretch is held, which goes on; if it was let go of meanwhile, it begins anew."""
    if turn.state.scene == "asking":
        go_on(turn)
        return
    turn.set(question="")
    turn.listen("hold")
    turn.speak(("company_3",))


def pain(turn: Turn) -> None:
    """It hurts, which is no reason to let go: held on, from wherever that is said."""
    if turn.state.scene == "asking":
        step_ended(turn, "same")
        next_rung(turn, before=_leaving(turn) or ("pain_holds",))
    else:
        turn.speak(("pain_holds",))


def worsen(turn: Turn) -> None:
    """It hurts: let go first, and only then steer on."""
    climbed = where.rung(turn)
    ladder = turn.script.protocols[turn.state.protocol]
    let_go = _leaving(turn) or (ladder.relax,)
    if climbed and climbed.worse and turn.state.place in where.OPEN_PLACES:
        ask(turn, climbed.worse, then="ladder", before=let_go)
    else:
        step_ended(turn, "worse")
        next_rung(turn, before=let_go)


def _leaving(turn: Turn) -> tuple[str, ...]:
    """What has to be said when this rung is left without relief: sit down, mostly nothing."""
    climbed = where.rung(turn)
    if climbed is None or climbed.kind == "standing":
        return leave_standing(turn)
    return (climbed.leave,) if climbed.leave else ()


def getting_better(turn: Turn) -> None:
    """The ten minutes without any improvement begin anew; T5 is never said to somebody who is getting better."""
    limits, lower = turn.script.limits, turn.capabilities.lower_threshold
    turn.set(overdue=False)
    if not turn.state.long_said:
        turn.start("long", limits.max_relief_pregnant_s if lower else limits.max_relief_s)


def hold_again(turn: Turn) -> None:
    """A little better: the same once more, as long as that isn't too many."""
    row = where.items(turn)
    holds = [i for i, item in enumerate(row) if item.counts]
    turn.set(item=holds[-1] if holds else 0)
    getting_better(turn)
    turn.scene("telling", where.grammar(turn))
    turn.say("hold_longer")


def resume(turn: Turn) -> None:
    """After a pause: the question that was open, or the step from its beginning."""
    go_on(turn)


def _silent_round(turn: Turn) -> None:
    step_ended(turn, "unanswered")
    turn.set(silent=True)
    next_rung(turn, before=_leaving(turn))


def _skip(turn: Turn) -> None:
    climbed = where.rung(turn)
    step_ended(turn, "skipped")
    before = leave_standing(turn)
    if climbed and climbed.kind == "standing":
        turn.set(no_standing=True)
    next_rung(turn, before)


def _unrelieved(turn: Turn) -> None:
    relief_is_over(turn)
    start_routine(turn, "unrelieved")


def _relief(turn: Turn) -> None:
    limits, lower = turn.script.limits, turn.capabilities.lower_threshold
    turn.start("long", limits.max_relief_pregnant_s if lower else limits.max_relief_s)
    start_ladder(turn, turn.script.protocol_for(turn.state.place).id)


def _false_start(turn: Turn) -> None:
    turn.record("marked_false_start")
    say_last(turn, "false_start", reason="false_start")


def _later(turn: Turn) -> None:
    """Nobody is ready yet: ask once more after a while, and then no more."""
    if turn.state.attempt:
        end(turn, "silence")
        return
    question = turn.state.question
    turn.scene("waiting", "evening", then=f"again:{question}>{turn.state.then}")
    turn.start("later", turn.script.limits.evening_wait_s)


def _decline(turn: Turn) -> None:
    end(turn, "declined")


def _end(turn: Turn) -> None:
    part = where.routine(turn)
    end(turn, (part.reason if part and part.kind == "episode" else "silence"))


_PLAIN = {
    "go": go_on, "next": not_relieved, "better": relieve, "worse": worsen, "again": hold_again, "skip": _skip,
    "relief": _relief, "false_start": _false_start, "farewell": farewell, "end": _end, "resume": resume,
    "pain": pain, "cannot": cannot, "holds": holds, "later": _later, "decline": _decline, "number_once": unclear,
    "silent_round": _silent_round, "once_more": once_more, "unrelieved": _unrelieved,
}  # fmt: skip
_OF_RELIEF = (
    "pain", "cannot", "next", "better", "worse", "again", "skip", "silent_round", "once_more", "unrelieved",
)  # fmt: skip
