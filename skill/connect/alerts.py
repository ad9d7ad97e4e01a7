"""What somebody elsewhere should be told, found in the journal's rows: pure, so a whole night is one list of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from skill.journal.episode import Event
from skill.messages.message import Message

AlertKind = Literal["danger", "no_answer", "deaf", "silent", "hears_again", "test"]

NO_ANSWER = timedelta(minutes=2)  # the 113 text has then been said three times (prompts/limits.toml)
DEAF_FOR = timedelta(minutes=10)
STARTED_WELL = timedelta(minutes=1)  # a service that is deaf says so well within this time after its start
TOO_LATE = timedelta(hours=12)  # nobody is woken for what is older

_PERSON = frozenset({"heard", "advice_acknowledged", "question_answered"})
_SWITCHED_OFF = "service.microphone_switched_off"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to be told once. `key` is the same whenever the same rows are read."""

    key: str
    kind: AlertKind
    at: datetime  # aware, in the zone of the bed
    sign: str = ""  # of a danger
    number: str = ""  # 113 | 116117 | fastlege | foden | "": what the device advised to call
    advice: str = ""  # text keys of what it said


@dataclass(frozen=True, slots=True)
class Watched:
    """What is open: dangers nobody has answered, by episode; since when nothing is heard; what was told of that."""

    unanswered: Mapping[str, Event] = field(default_factory=dict)
    deaf: Event | None = None
    started: datetime | None = None  # a service that may be deaf still, because the one before was
    running: bool = False
    told: str = ""  # key of the alert of deafness or silence that is out


Step = tuple[Watched, tuple[Alert, ...]]


def row_seen(watched: Watched, row: Event) -> Step:
    """Take one row, in the order written."""
    watched, found = time_passed(watched, row.at)
    match row.kind:
        case "danger_sign":
            watched, more = _danger(watched, row)
        case kind if kind in _PERSON:
            left = {k: v for k, v in watched.unanswered.items() if k != row.episode}
            watched, more = replace(watched, unanswered=left), ()
        case "deaf_from":
            watched, more = _deaf(watched, row)
        case "hearing_again":
            watched, more = _hears(watched, row.at)
        case "service_started":
            started = row.at if watched.deaf or watched.told else None
            watched, more = replace(watched, started=started, running=True), ()
        case "service_stopped":
            asked = row.text("reason") == "asked"
            watched = replace(watched, running=not asked, deaf=None if asked else watched.deaf)
            more = ()
        case _:
            more = ()
    return watched, found + more


def time_passed(watched: Watched, now: datetime, alive_at: datetime | None = None) -> Step:
    """What has become worth telling by `now`. `alive_at`: the service's last sign of life, where that is known."""
    found: tuple[Alert, ...] = ()
    if watched.started is not None and now - watched.started >= STARTED_WELL:
        watched, found = _hears(watched, now)
    late = {k: row for k, row in watched.unanswered.items() if now - row.at >= NO_ANSWER}
    if late:
        left = {k: v for k, v in watched.unanswered.items() if k not in late}
        watched = replace(watched, unanswered=left)
        found += tuple(_of_danger("no_answer", row) for row in late.values())
    if watched.told:
        return watched, found
    if watched.deaf is not None and now - watched.deaf.at >= DEAF_FOR:
        alert = Alert(f"{watched.deaf.uuid}:deaf", "deaf", watched.deaf.at)
    elif watched.running and alive_at is not None and now - alive_at >= DEAF_FOR:
        alert = Alert(f"{alive_at.isoformat()}:silent", "silent", alive_at.astimezone(now.tzinfo))
    else:
        return watched, found
    return replace(watched, told=alert.key), (*found, alert)


def _danger(watched: Watched, row: Event) -> Step:
    if not row.text("number"):
        return watched, ()
    if row.text("number") == "113" and row.episode is not None:
        watched = replace(watched, unanswered={row.episode: row, **watched.unanswered})
    return watched, (_of_danger("danger", row),)


def _of_danger(kind: AlertKind, row: Event) -> Alert:
    return Alert(f"{row.uuid}:{kind}", kind, row.at, row.text("sign"), row.text("number"), row.text("advice"))


def _deaf(watched: Watched, row: Event) -> Step:
    """Deaf again right after a start counts from the first time: systemd restarts a service that hears nothing."""
    sentence = row.sentence
    if isinstance(sentence, Message) and sentence.key == _SWITCHED_OFF:
        return replace(watched, deaf=None, started=None), ()
    kept = watched.deaf if watched.started is not None and watched.deaf is not None else row
    return replace(watched, deaf=kept, started=None), ()


def _hears(watched: Watched, at: datetime) -> Step:
    told = watched.told
    watched = replace(watched, deaf=None, started=None, told="")
    return watched, (Alert(f"{told}:over", "hears_again", at),) if told else ()
