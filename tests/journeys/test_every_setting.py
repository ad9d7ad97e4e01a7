"""For every setting: a change of it changes what is said, a page, a file or a part, where its row says so."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from skill.connect.alerts import Alert
from skill.connect.mqtt.documents import Topics, discovery_documents
from skill.connect.sending import Letter, NotSent, send_letter, trusted
from skill.connect.standing import home_assistant_may, who_is_told
from skill.connect.wording import wording_of
from skill.content.in_force import load_contents
from skill.journal.figures.report import doctor_summary
from skill.journal.storage.store import Journal
from skill.paths import prompts_dir, user_paths
from skill.service.assembly import Choices, hearing_config, make_voice
from skill.service.clock import VirtualClock
from skill.service.duties.backups import BackupPlan, DailyBackup
from skill.service.duties.evening import EveningReminder
from skill.service.duties.settings_table import TABLE
from skill.service.parts.loudspeaker import ChosenLoudspeaker
from skill.service.parts.side_process import SideProcess
from skill.service.ports import FaultReports
from skill.settings.contradictions import contradictions
from skill.settings.rules import DEFAULTS, Value, flat, with_values
from skill.settings.values import Settings
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from skill.web.app import create_app
from skill.web.door.pin import hash_pin
from skill.web.site import WebConfig
from tests.connect.servers import http_server
from tests.journal.writing import start_episode
from tests.journeys.nights import NightsByKeyboard, Probe
from tests.service.typed import OSLO, THREE
from tests.web.conftest import Make, send

MAY_STAND = {"profile.may_stand": True}
Given = dict[str, Value]


@dataclasses.dataclass
class House:
    """The rooms that a probe may look into."""

    by_keyboard: NightsByKeyboard
    make_pages: Make
    folder: Path

    def night(self, name: str) -> Probe:
        return lambda settings: self.by_keyboard.said(name, settings)

    def sheet(self, settings: Settings) -> object:
        with Journal.open(self.folder / "sheet.db", zone=OSLO) as journal:
            found = doctor_summary(journal, settings, (date(2026, 11, 1), date(2026, 11, 20)), THREE)
        return found.profile, found.pregnant, found.medicines

    def checkup(self, settings: Settings) -> object:
        return contradictions(settings.profile)

    def hearing(self, settings: Settings) -> object:
        return hearing_config(settings, Choices(), load_contents(prompts_dir(), settings.language))

    def texts(self, settings: Settings) -> object:
        return load_contents(prompts_dir(), settings.language).script.texts["here"]

    def voice(self, settings: Settings) -> object:
        return make_voice(settings).fingerprint("Strekk", "nb", 120)

    def spoken(self, settings: Settings) -> object:
        return make_voice(settings).fingerprint("Strekk ut beinet.", "nb", 120)

    def rate(self, settings: Settings) -> object:
        return make_voice(settings).render("Strekk beinet", "nb", settings.voice.rate_wpm).samples.size

    def sound(self, settings: Settings) -> object:
        return self.by_keyboard.first_sound(settings)

    def words_kept(self, settings: Settings) -> object:
        return self.by_keyboard.journal_after(settings)

    def loudspeaker(self, settings: Settings) -> object:
        opened: list[str] = []

        def opens(name: str) -> WavLoudspeaker:
            opened.append(name)
            return WavLoudspeaker()

        ChosenLoudspeaker(opens, "").use(settings.audio.loudspeaker)
        return opened

    def nights_kept(self, settings: Settings) -> object:
        paths = user_paths(self.folder / f"keep-{settings.privacy.keep_days}")
        paths.data.mkdir(parents=True)
        clock = VirtualClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
        with Journal.open(paths.database_file, zone=OSLO) as journal:
            old = clock.wall() - timedelta(days=400)
            journal.append("service_started", {"app": "1", "content": "c", "model": "m"}, None, old)
            journal.append("episode_ended", {"reason": "relieved"}, start_episode(journal, old), old)
            duty = DailyBackup(
                BackupPlan(paths, lambda: settings.privacy.keep_days),
                journal,
                clock,
                lambda: True,
                FaultReports(lambda *_: None),
            )
            for _ in range(10):  # a night that is due is announced, and goes a week later
                duty.turn()
                clock.advance(86_400)
                _threads_end("backup")
            return len(journal.episodes())

    def reminded(self, settings: Settings) -> object:
        reminded: list[str] = []
        at = datetime(2026, 11, 20, 21, 31, tzinfo=OSLO)
        EveningReminder(
            lambda: settings.routine.evening_reminder,
            lambda: at,
            lambda: True,
            lambda: reminded.append("now"),
        ).turn()
        return reminded

    def page(self, settings: Settings, address: str, host: str = "localhost") -> object:
        pages = self.make_pages(set_up=False)
        changed = {k: v for k, v in flat(settings).items() if v != DEFAULTS[k]}
        pages.set(**{key.replace(".", "__"): value for key, value in changed.items()})
        answer = pages.client().get(address, headers={"Host": host})
        return answer.status_code, answer.headers.get("Location", "")

    def first_page(self, settings: Settings) -> object:
        return self.page(settings, "/")

    def door(self, settings: Settings) -> object:
        return self.page(settings, "/settings/voice")

    def reader(self, settings: Settings) -> object:
        pages = self.make_pages(set_up=False)
        pages.set(web__pin_hash=settings.web.pin_hash, web__reader_hash=settings.web.reader_hash)
        return send(pages.client(), "/login", {"pin": "135791"}, page="/login").status_code

    def below_a_path(self, settings: Settings) -> object:
        pages = self.make_pages()
        pages.set(web__behind_proxy=settings.web.behind_proxy)
        config = WebConfig(pages.paths, pages.journal)
        answer = create_app(config).test_client().get("/learn", headers={"X-Forwarded-Prefix": "/krampe"})
        return 'href="/krampe/nights"' in answer.get_data(as_text=True)

    def metrics(self, settings: Settings) -> object:
        return self.page(settings, "/metrics")

    def process_beside(self, settings: Settings) -> object:
        started: list[str] = []

        class NeverEnds:
            def poll(self) -> None:
                return None

            def terminate(self) -> None:
                started.append("ended")

        def launch() -> NeverEnds:
            started.append("started")
            return NeverEnds()

        reports = FaultReports(lambda *_: None)
        SideProcess(lambda: settings.connect.enabled, launch, lambda: 0.0, reports).turn()
        return started

    def told(self, settings: Settings) -> object:
        return who_is_told(settings.connect)

    def others(self, settings: Settings) -> object:
        return home_assistant_may(settings.connect)

    def request(self, settings: Settings) -> object:
        """What a server on this machine is given by way of a log-in."""
        with http_server() as got:
            here = dataclasses.replace(settings.connect, address=got.address)
            alert = Alert("k", "test", THREE)
            send_letter(Letter(alert, wording_of(alert, "nb")), here)
        return got.authorized

    def entities(self, settings: Settings) -> object:
        return discovery_documents(Topics("bed"), settings.connect, "nb")

    def certificate(self, settings: Settings) -> object:
        try:
            trusted(settings.connect)
        except NotSent as error:
            return error.args
        return ()

    def other_name(self, settings: Settings) -> object:
        return self.page(settings, "/status", host="krampevakt.local")


def _threads_end(name: str) -> None:
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s and any(t.name == name for t in threading.enumerate()):
        time.sleep(0.01)


HOOK = {"connect.enabled": True, "connect.way": "webhook", "connect.address": "https://a.lan/x"}
MAIL = {
    "connect.enabled": True,
    "connect.way": "mail",
    "connect.address": "smtps://a.lan",
    "connect.mail_to": "p@b.lan",
}
BROKER = "seen by a real broker: tests/connect/test_home_assistant.py"
AT_START = "seen by the whole service when it starts: tests/journeys/test_service_settings.py"
Look = Callable[[House], Probe]
CALF = "the calf's ladder"


def night(name: str) -> Look:
    return lambda house: house.night(name)


SHEET: Look = lambda house: house.sheet  # noqa: E731
CHANGES: dict[str, tuple[Value, Given, Look | str]] = {
    "language": ("nn", {}, lambda house: house.texts),
    "model_path": ("/tmp", {}, lambda house: house.hearing),
    "english_model_path": ("/tmp", {"language": "en"}, lambda house: house.hearing),
    "set_up": (True, {}, lambda house: house.first_page),
    "voice.speaker": ("man", {}, lambda house: house.spoken),
    "voice.engine": ("piper", {}, lambda house: house.voice),
    "voice.name": ("nb+f3", {}, lambda house: house.voice),
    "voice.rate_wpm": (90, {}, lambda house: house.rate),
    "voice.day_volume_db": (-20.0, {"voice.quiet_from": "12:00", "voice.quiet_to": "13:00"},
                            lambda house: house.sound),
    "voice.night_volume_db": (-20.0, {}, lambda house: house.sound),
    "voice.quiet_from": ("03:30", {}, lambda house: house.sound),
    "voice.quiet_to": ("02:30", {}, lambda house: house.sound),
    "voice.answer_pause_s": (30.0, {}, night("the calf, without a word")),
    "voice.in_the_hold": ("breathing", {}, night("the calf, without a word")),
    "audio.microphone": ("USB", {}, lambda house: house.hearing),
    "audio.loudspeaker": ("USB", {}, lambda house: house.loudspeaker),
    "audio.wake_enabled": (False, {}, lambda house: house.hearing),
    "audio.second_ear": (False, {}, lambda house: house.hearing),
    "audio.echo_cancelling": (False, {}, lambda house: house.hearing),
    "profile.fall_last_year": (True, MAY_STAND, night(CALF)),
    "profile.walking_aid": (True, MAY_STAND, night(CALF)),
    "profile.dizziness": (True, MAY_STAND, night(CALF)),
    "profile.sedatives": (True, MAY_STAND, night(CALF)),
    "profile.stroke": (True, MAY_STAND, night(CALF)),
    "profile.parkinsons": (True, MAY_STAND, night(CALF)),
    "profile.low_blood_pressure": (True, MAY_STAND, night(CALF)),
    "profile.hip_operation_alone": (True, MAY_STAND, night(CALF)),
    "profile.late_pregnancy": (True, MAY_STAND, night(CALF)),
    "profile.pregnant": (True, {}, night(CALF)),
    "profile.prosthesis": (True, {}, night("the thigh's ladder")),
    "profile.lives_alone": (True, {}, lambda house: house.checkup),
    "profile.may_stand": (True, {}, night(CALF)),
    "profile.footboard": (True, {}, night(CALF)),
    "profile.towel_in_bed": (True, {}, night(CALF)),
    "profile.alarm_button": (True, {}, night("no breath")),
    "profile.phone_by_bed": (True, {}, night("no breath")),
    "profile.helper": (True, {}, night("no breath")),
    "profile.diabetes": (True, {}, SHEET),
    "profile.poor_circulation": (True, {}, SHEET),
    "profile.blood_thinners": (True, {}, SHEET),
    "profile.clot_risk": (True, {}, night("it is over")),
    "profile.long_breathless": (True, {}, night("swollen, and over")),
    "profile.long_numbness": (True, {}, night("numb")),
    "profile.long_cold_feet": (True, {}, night("cold")),
    "profile.medicines": ("Furosemid", {}, SHEET),
    "privacy.keep_transcripts": (True, {}, lambda house: house.words_kept),
    "privacy.keep_days": (365, {}, lambda house: house.nights_kept),
    "web.enabled": (False, {}, AT_START),
    "web.host": ("0.0.0.0", {}, AT_START),
    "web.port": (9999, {}, AT_START),
    "web.allowed_hosts": (("krampevakt.local",), {}, lambda house: house.other_name),
    "web.pin_hash": (hash_pin("246810"), {}, lambda house: house.door),
    "web.reader_hash": (hash_pin("135791"), {"web.pin_hash": hash_pin("246810")}, lambda house: house.reader),
    "web.behind_proxy": (True, {}, lambda house: house.below_a_path),
    "web.metrics": (True, {}, lambda house: house.metrics),
    "routine.evening_reminder": ("21:30", {}, lambda house: house.reminded),
    "routine.morning_questions": (False, {}, night("the morning")),
    "connect.enabled": (True, {}, lambda house: house.process_beside),
    "connect.way": ("ntfy", HOOK, lambda house: house.told),
    "connect.person": ("Åse", HOOK, lambda house: house.told),
    "connect.address": ("https://b.lan/x", HOOK, lambda house: house.told),
    "connect.mail_to": ("aase@b.lan", MAIL, lambda house: house.told),
    "connect.user": ("kari", HOOK, lambda house: house.request),
    "connect.password": ("hemmelig", HOOK, lambda house: house.request),
    "connect.certificate": ("/no/such/file", HOOK, lambda house: house.certificate),
    "connect.tell_danger": (False, HOOK, lambda house: house.told),
    "connect.tell_no_answer": (False, HOOK, lambda house: house.told),
    "connect.tell_deaf": (False, HOOK, lambda house: house.told),
    "connect.mqtt_host": ("b.lan", {}, BROKER),
    "connect.mqtt_port": (8883, {}, BROKER),
    "connect.mqtt_tls": (True, {}, BROKER),
    "connect.mqtt_user": ("kari", {}, BROKER),
    "connect.mqtt_password": ("hemmelig", {}, BROKER),
    "connect.mqtt_listening": (True, {}, lambda house: house.entities),
    "connect.mqtt_evening": (True, {}, lambda house: house.entities),
    "connect.mqtt_say": (True, {}, lambda house: house.entities),
    "connect.mqtt_ward": (True, {"connect.enabled": True, "connect.mqtt_host": "b.lan"}, lambda house: house.others),
}  # fmt: skip


def test_every_setting_has_a_row_in_the_table_of_duties_and_in_this_one() -> None:
    assert set(TABLE) == set(DEFAULTS)
    assert set(CHANGES) == set(DEFAULTS)


@pytest.mark.parametrize(
    "key", [key for key, (_, _, look) in CHANGES.items() if look not in (AT_START, BROKER)]
)
def test_changing_it_changes_something(
    key: str, by_keyboard: NightsByKeyboard, make_pages: Make, tmp_path: Path
) -> None:
    value, given, look = CHANGES[key]
    assert not isinstance(look, str)
    before = with_values(Settings(), given)
    house = House(by_keyboard, make_pages, tmp_path)
    probe = look(house)
    assert probe(before) != probe(with_values(before, {key: value}))
