"""The process beside the service: reads the journal as it grows, and tells others what the settings say."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from skill.connect.alerts import TOO_LATE, Alert, AlertKind, Watched, row_seen, time_passed
from skill.connect.asking import Asking
from skill.connect.courier import Courier
from skill.connect.outbox import Outbox, outbox_file
from skill.connect.tail import JournalTail, Look
from skill.journal.times import system_zone
from skill.messages.message import Message
from skill.paths import UserPaths
from skill.settings.file import load, stamp
from skill.settings.values import ConnectSettings, Settings

if TYPE_CHECKING:
    from skill.connect.mqtt.bed import BedOnMqtt
    from skill.connect.ward.feed import WardFeed

LOOK_S = 0.1  # one pragma: a look costs some microseconds
ROUND = 10  # looks: about a second
SIGN_OF_LIFE = 300  # looks: about half a minute
RUNNING = "running"


def wanted_kinds(settings: ConnectSettings) -> frozenset[AlertKind]:
    """What is told, by the settings."""
    chosen: Mapping[AlertKind, bool] = {
        "danger": settings.tell_danger,
        "no_answer": settings.tell_no_answer,
        "deaf": settings.tell_deaf,
        "silent": settings.tell_deaf,
        "hears_again": settings.tell_deaf,
    }
    if settings.way == "none":
        return frozenset()
    return frozenset({"test", *(kind for kind, on in chosen.items() if on)})


class FollowedSettings:
    """The settings file, read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = stamp(path)
        self.now: Settings = load(path)

    def changed(self) -> bool:
        seen = stamp(self._path)
        if seen == self._stamp:
            return False
        self._stamp, self.now = seen, load(self._path)
        return True


class AlertWatch:
    """Joins journal and outbox: each look takes the new rows, and puts what has to be told into the outbox."""

    def __init__(self, tail: JournalTail, outbox: Outbox, began: datetime) -> None:
        """`began`: when somebody first wanted to be told; nothing older ever is."""
        self._tail = tail
        self._outbox = outbox
        self._began = began
        self._watched = Watched()
        self._to_put: list[Alert] = []  # a locked or full disk: the next look puts them in
        self.new: tuple[Alert, ...] = ()

    def look(self, now: datetime, settings: ConnectSettings) -> Look:
        """What is new; `new` has the alerts that were not known before. `now` is aware, in the person's zone."""
        since = max(self._began, now - TOO_LATE)
        look = self._tail.look(since)
        if look.anew:
            self._watched = Watched()
        for row in look.rows:
            self._watched, alerts = row_seen(self._watched, row)
            self._to_put += alerts
        self._watched, alerts = time_passed(self._watched, now, self._tail.alive_at())
        self._to_put += alerts
        kinds, new, self.new = wanted_kinds(settings), [], ()
        while self._to_put:
            alert = self._to_put[0]
            if self._outbox.put(alert, now, wanted=alert.kind in kinds):
                new.append(alert)
            del self._to_put[0]
        self.new = tuple(new)
        return look


class BedIfWanted:
    """MQTT, where the settings name a broker: its package is an extra, and is imported only then."""

    def __init__(self, make: Callable[[], BedOnMqtt], outbox: Outbox, now: Callable[[], datetime]) -> None:
        """`make` raises ImportError where the package is missing."""
        self._make = make
        self._bed: BedOnMqtt | None = None
        self._outbox = outbox
        self._now = now
        self._told = False

    def look(self, look: Look, new: tuple[Alert, ...], settings: Settings) -> None:
        if self._bed is None:
            if not settings.connect.mqtt_host or self._told:
                return
            try:
                self._bed = self._make()
            except ImportError:
                self._told = True
                self._outbox.note("mqtt", Message("connect.no_paho"), self._now())
                return
            look = replace(look, anew=True)
        self._bed.look(look, new, settings)

    def close(self) -> None:
        if self._bed is not None:
            self._bed.close()


class WardIfWanted:
    """The ward, where this is one of its beds. Its package is imported only then."""

    def __init__(self, paths: UserPaths, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self._paths = paths
        self._outbox = outbox
        self._now = now
        self._feed: WardFeed | None = None
        self._made_for: ConnectSettings | None = None

    def look(self, settings: ConnectSettings) -> None:
        wanted = settings if settings.mqtt_ward and settings.mqtt_host else None
        if wanted == self._made_for:
            return
        self.close()
        self._made_for = wanted
        self._outbox.note("ward", "", self._now())
        if wanted is not None:
            with contextlib.suppress(ImportError):  # which MQTT itself tells of
                from skill.connect.ward.feed import WardFeed
                from skill.connect.ward.sent_rows import SentRows

                sent = SentRows(self._paths.database_file, self._paths.data / "connect-ward.db")
                self._feed = WardFeed(wanted, sent, self._now, self._trouble)
                self._feed.start()

    def _trouble(self, sentence: str) -> None:
        with contextlib.suppress(sqlite3.Error):  # from the ward's thread, which a full disk must not end
            self._outbox.note("ward", sentence, self._now())

    def close(self) -> None:
        if self._feed is not None:
            self._feed.close()
        self._feed, self._made_for = None, None


def run_connect(paths: UserPaths, stopping: threading.Event, asking: Asking | None = None) -> None:
    """Until `stopping` is set. A journal that can't be read and a receiver that can't be reached are waited for.

    `asking`: the way into the service that this process runs beside.
    """
    zone = system_zone()
    settings, outbox = FollowedSettings(paths.settings_file), Outbox(outbox_file(paths))
    tail = JournalTail(paths.database_file)
    watch = AlertWatch(tail, outbox, outbox.began(datetime.now(zone)))
    courier = Courier(outbox, lambda: settings.now, lambda: datetime.now(zone))

    def mqtt_bed() -> BedOnMqtt:
        from skill.connect.mqtt.bed import BedOnMqtt

        return BedOnMqtt(paths, tail, outbox, lambda: datetime.now(zone), asking)

    ward = WardIfWanted(paths, outbox, lambda: datetime.now(zone))
    bed = BedIfWanted(mqtt_bed, outbox, lambda: datetime.now(zone))
    courier.start()
    looks = 0
    try:
        while not stopping.wait(LOOK_S):
            with contextlib.suppress(sqlite3.Error):  # a locked or full disk: the next look tries again
                now = datetime.now(zone)
                if looks % ROUND == 0 and settings.changed():
                    outbox.try_now()
                if looks % SIGN_OF_LIFE == 0:
                    outbox.note(RUNNING, Message("connect.running"), now)
                    outbox.forget_old(now)
                looks += 1
                look = watch.look(now, settings.now.connect)
                if look.rows:
                    courier.wake()
                bed.look(look, watch.new, settings.now)
                ward.look(settings.now.connect)
    finally:
        courier.close()
        bed.close()
        ward.close()
        tail.close()
        with contextlib.suppress(sqlite3.Error):
            outbox.note(RUNNING, "", datetime.now(zone))
