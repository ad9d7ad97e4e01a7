"""What has to be seen to about once a second, all night: hearing, settings, backups, signs of life, reminders."""

from __future__ import annotations

import threading
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from skill.content.in_force import load_contents
from skill.dialogue.state import initial
from skill.errors import KrampevaktError
from skill.events import Fault, Requested, Say
from skill.journal.keeping.backup import backups, make_backup
from skill.journal.keeping.forget import erase_old_nights
from skill.memory import give_back
from skill.paths import prompts_dir
from skill.settings.file import read, stamp
from skill.speaking.delivery import is_quiet_hours

if TYPE_CHECKING:
    from skill.service.bedside import Bedside

ALIVE_EVERY_S = 180.0
BACKUP_EVERY = timedelta(hours=24)
DEAF_KEY = "deaf"  # said once, at a sensible hour
DEAF = (
    "Det kommer ingen lyd fra mikrofonen, så apparatet hører ingen nå. "
    "Sjekk at den står i, og kjør «krampevakt doctor»."
)


class Housekeeping:
    """`turn` is called by the loop, between messages, and never takes long."""

    def __init__(self, night: Bedside) -> None:
        self._night = night
        self._stamp = stamp(night.paths.settings_file)
        self._next_alive_s = 0.0
        self._next_backup: datetime | None = None
        self._told_deaf = False
        self._reminded_on = ""
        self.settings_waiting = False

    def turn(self) -> None:
        night = self._night
        now_s = night.clock.now_s()
        hears = night.health.check(DEAF)
        if hears:
            self._told_deaf = False
            if night.loudspeaker.hangs:
                night.watchdog.status("STUM: lydsystemet svarer ikke")  # a new process may be answered
            else:
                night.watchdog.alive("hører")
        else:
            night.watchdog.status("DØV: " + night.health.health.deaf_sentence)
            self._say_deaf()
        if now_s >= self._next_alive_s:
            self._next_alive_s = now_s + ALIVE_EVERY_S
            night.journal.alive(night.clock.wall())
            night.journal.flush()
            if night.engine.quiet:
                give_back()
        self._take_new_settings()
        self._back_up()
        self._remind()

    def conversation_ended(self) -> None:
        """The facts of this night, for the conversation of the morning."""
        night = self._night
        facts = set()
        try:
            since = (night.clock.wall() - timedelta(hours=16)).astimezone(night.zone).date()
            for episode in night.journal.whole_episodes(since):
                if any(sign.number for sign in episode.danger_signs):
                    facts.add("advised_last_night")
            week = (night.clock.wall() - timedelta(days=7)).astimezone(night.zone).date()
            if len({episode.night for episode in night.journal.episodes(week)}) >= 3:
                facts.add("frequent_cramps")
        except KrampevaktError:
            return
        night.loop.deliver(lambda: self._remember(frozenset(facts)))

    def _remember(self, facts: frozenset[str]) -> None:
        if self._night.engine.quiet:
            self._night.engine.replace_state(initial(facts))

    def _local(self) -> datetime:
        return self._night.clock.wall().astimezone(self._night.zone)

    def _say_deaf(self) -> None:
        """Once, and not in the quiet hours: someone may still plug it in before the night."""
        if self._told_deaf or is_quiet_hours(self._night.settings.voice, self._local().time()):
            return
        self._told_deaf = self._night.engine.announce(lambda i: self._night.mouth.say(Say(i, (DEAF_KEY,))))

    def _take_new_settings(self) -> None:
        """A changed file is in force from the next sentence, but never in the middle of a conversation."""
        night = self._night
        seen = stamp(night.paths.settings_file)
        if seen == self._stamp and not self.settings_waiting:
            return
        self._stamp = seen
        self.settings_waiting = not night.engine.quiet
        if self.settings_waiting:
            return
        loaded = read(night.paths.settings_file)
        night.health.mended("settings")
        for problem in loaded.problems:
            night.loop.deliver(Fault("settings", "notice", problem.sentence, night.clock.now_s()))
        before, night.settings = night.settings, loaded.settings
        if before.language != night.settings.language:
            try:
                last_good = night.paths.data / "prompts_last_good"
                night.contents = load_contents(prompts_dir(), night.settings.language, last_good)
                night.engine.replace_script(night.contents.script)
            except KrampevaktError as error:
                night.loop.deliver(Fault("content", "degraded", str(error), night.clock.now_s()))
        night.apply_settings(before)

    def _back_up(self) -> None:
        """Once a day: let go of nights older than the person wants to keep, and make a verified copy of the rest."""
        night = self._night
        now = night.clock.wall()
        if self._next_backup is None:
            newest = next(iter(backups(night.paths.backups)), None)
            self._next_backup = newest.at + BACKUP_EVERY if newest else now + timedelta(minutes=10)
        if now < self._next_backup or not night.engine.quiet:
            return
        self._next_backup = now + BACKUP_EVERY

        def copy() -> None:
            try:
                erase_old_nights(night.journal, night.settings.privacy.keep_days, now, night.paths.backups)
                make_backup(night.paths.database_file, night.paths.backups, now)
            except KrampevaktError as error:
                night.loop.deliver(Fault("journal", "degraded", str(error), night.clock.now_s()))

        threading.Thread(target=copy, name="backup", daemon=True).start()

    def _remind(self) -> None:
        """The evening's stretches, once a day at the hour that the person chose."""
        wanted = self._night.settings.routine.evening_reminder
        if not wanted:
            return
        local = self._local()
        today = local.date().isoformat()
        due = time.fromisoformat(wanted)
        late = timedelta(hours=local.hour - due.hour, minutes=local.minute - due.minute)
        if (
            self._reminded_on != today
            and timedelta() <= late < timedelta(minutes=5)
            and self._night.engine.quiet
        ):
            self._reminded_on = today
            self._night.loop.deliver(Requested("evening", self._night.clock.now_s()))
