"""How telling others stands: what the pages and the doctor say of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from skill.connect.outbox import Outbox, outbox_file
from skill.connect.process import RUNNING
from skill.connect.sending import Way, way_of
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.settings.values import ConnectSettings

_TOLD_BY: Mapping[Way, str] = {
    "webhook": "connect.told_by_webhook",
    "ntfy": "connect.told_by_ntfy",
    "mail": "connect.told_by_mail",
}
SIGN_WITHIN = timedelta(seconds=90)


def who_is_told(settings: ConnectSettings) -> tuple[Message, ...]:
    """In plain words: who gets what, and how. One line where nobody does."""
    way = way_of(settings)
    if not settings.enabled or way is None:
        return (Message("connect.nobody_told"),)
    whom = settings.person or Message("connect.somebody")
    place = settings.mail_to if way == "mail" else urlsplit(settings.address).hostname or ""
    chosen = (
        (settings.tell_danger, "connect.when_danger"),
        (settings.tell_no_answer, "connect.when_no_answer"),
        (settings.tell_deaf, "connect.when_deaf"),
    )
    when = tuple(Message(key) for on, key in chosen if on)
    return (
        Message(_TOLD_BY[way], whom=whom, place=place),
        *(when or (Message("connect.when_never"),)),
    )


def home_assistant_may(settings: ConnectSettings) -> tuple[Message, ...]:
    """In plain words: that it sees the bed, and each thing that it may do there; () where no broker is named."""
    if not settings.enabled or not settings.mqtt_host:
        return ()
    chosen = (
        (settings.mqtt_listening, "connect.may_switch"),
        (settings.mqtt_evening, "connect.may_begin_evening"),
        (settings.mqtt_say, "connect.may_say"),
    )
    may = tuple(Message(key) for on, key in chosen if on)
    bed = Message("connect.told_to_ward", host=settings.mqtt_host, bed=settings.mqtt_user)
    return (
        Message("connect.seen_by_mqtt", host=settings.mqtt_host),
        *(may or (Message("connect.may_nothing"),)),
        *((bed,) if settings.mqtt_ward else ()),
    )


def troubles(paths: UserPaths, settings: ConnectSettings, now: datetime) -> tuple[str, ...]:
    """What keeps somebody from being told, as sentences; () where all is well or nobody is to be told."""
    if not settings.enabled:
        return ()
    found: list[str] = []
    if settings.way != "none" and way_of(settings) is None:
        found.append(Message("connect.no_way"))
    file = outbox_file(paths)
    if not file.exists():
        return (*found, Message("connect.not_running"))
    try:
        outbox = Outbox(file)
        noted, waiting = outbox.noted(), [m for m in outbox.latest() if m.state in ("waiting", "given_up")]
    except sqlite3.Error as error:
        return (*found, Message("connect.outbox_unreadable", path=file, why=error))
    sign = noted.pop(RUNNING, None)
    if sign is None or now - sign.at > SIGN_WITHIN:
        found.append(Message("connect.not_running"))
    found += [note.sentence for note in noted.values() if note.sentence]
    if waiting and waiting[0].trouble:
        found.append(Message("connect.waiting", count=len(waiting), why=waiting[0].trouble))
    return tuple(found)
