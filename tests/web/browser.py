"""Chromium, headless, and a served example installation to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from skill.journal.storage.store import Journal
from skill.messages.message import Message
from skill.paths import user_paths
from skill.settings.file import save
from skill.settings.rules import with_values
from skill.settings.values import Settings
from skill.web.app import create_app
from skill.web.ports import Enrolment, FaultLine, MicrophoneTest
from skill.web.server import WebServer
from skill.web.site import WebConfig
from tests.journal.made_up_years import Years, seed_journal
from tests.web import nights
from tests.web.listener import NOON, OSLO, Listener

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_NEAR = Message("enrol.round_near")
_FAR = Message("enrol.round_far")
ENROLMENTS = {
    "none": Enrolment(),
    "asking": Enrolment(
        "asking", _FAR, "jeg har krampe i leggen", 21, 27, enough=True,
        told=(Message("enrol.no_speech", name="21 «jeg har krampe i leggen»"),),
    ),
    "recording": Enrolment("recording", _NEAR, "krampe i leggen", 1, 27, again_s=60.0),
    "checking": Enrolment("checking", _NEAR, "krampe i leggen", 1, 27, again_s=60.0),
    "comparing": Enrolment("comparing", number=40, of=170, again_s=60.0),
    "kept": Enrolment(
        "kept",
        told=(
            Message("enrol.start_phrases", n=30, before=22, after=28),
            Message("enrol.answers", n=18, before=17, after=18),
            Message("enrol.ordinary_sentences", n=119, before=0, after=0), Message("enrol.kept"),
        ),
    ),
    "refused": Enrolment("refused", told=(Message("enrol.two_people"),)),
}  # fmt: skip
"""Each stage of an enrolment that looks otherwise."""


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    """A Chromium of its own; `profile` is its empty folder."""
    from playwright.sync_api import sync_playwright  # only tests that drive a browser need it

    profile.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={"HOME": str(profile)}
        )
        try:
            yield chromium
        finally:
            chromium.close()


@dataclass
class Example:
    """A served installation with nights in it."""

    base: str
    journal: Journal
    listener: Listener
    episodes: dict[str, str]  # kind → uuid

    def addresses(self) -> dict[str, str]:
        """Every page, by the name of its picture."""
        e = self.episodes
        return {
            "overview": "/",
            "nights": "/nights",
            "nights-false": "/nights?false_starts=1",
            "year": "/nights?year=2026",
            "overview-year": "/?days=365",
            "episode": f"/episodes/{e['good']}",
            "episode-danger": f"/episodes/{e['danger']}",
            "episode-silent": f"/episodes/{e['silent']}",
            "edit": f"/episodes/{e['good']}/edit",
            "morning": f"/episodes/{e['danger']}/morning",
            "add": "/nights/add",
            "doctor": "/doctor",
            "learn": "/learn",
            "settings": "/settings",
            "settings-voice": "/settings/voice",
            "settings-audio": "/settings/audio",
            "settings-profile": "/settings/profile",
            "settings-privacy": "/settings/privacy",
            "settings-routine": "/settings/routine",
            "settings-web": "/settings/web",
            "settings-connect": "/settings/connect",
            "microphone": "/settings/microphone",
            "hearing-level": "/settings/hearing-level",
            "understood": "/settings/understood",
            **{f"enrol-{stage}": f"/settings/enrol?{stage}" for stage in ENROLMENTS},
            "pin": "/settings/pin",
            "exchange": "/exchange",
            "status": "/status",
            "status-deaf": "/status?deaf",
            "setup-language": "/setup/language",
            "setup-voice": "/setup/voice",
            "setup-microphone": "/setup/microphone",
            "setup-profile": "/setup/profile",
            "setup-network": "/setup/network",
            "setup-done": "/setup/done",
            "missing": "/no-such-page",
        }

    def prepare(self, name: str) -> None:
        """The listener as this picture wants it."""
        self.listener.reading = ENROLMENTS.get(name.removeprefix("enrol-"), Enrolment())
        if name == "status-deaf":
            fault = FaultLine(
                "microphone",
                "deaf",
                "Mikrofonen «USB-bord» svarer ikke. Sett den i igjen. Apparatet tar den i bruk av seg selv.",
                NOON - timedelta(minutes=4),
            )
            self.listener.turn("deaf", frame_age_s=243.0, level_dbfs=None, faults=(fault,))
        else:
            self.listener.turn("hearing", frame_age_s=0.1, level_dbfs=-43.0, faults=())


PERSON = {
    "profile.diabetes": True,
    "profile.walking_aid": True,
    "profile.medicines": "Burinex 1 mg, siden 2024-03-01\nSimvastatin 20 mg\nMetformin",
}


@contextmanager
def serve_example(home: Path, *, set_up: bool = True, empty: bool = False) -> Iterator[Example]:
    """Serve an installation below `home` on a free port of this machine; `empty`: before the first night."""
    paths = user_paths(home / "home")
    save(paths.settings_file, with_values(Settings(), {"set_up": set_up, **({} if empty else PERSON)}))
    with Journal.open(paths.database_file, zone=OSLO) as journal:
        episodes = {} if empty else fill(journal)
        listener = Listener(hears=MicrophoneTest("heard", "krampe i leggen", "cramp:calf"))
        listener.state = replace(
            listener.state,
            microphone="USB-bord",
            loudspeaker="Nattbord",
            model_name="nb 1.0",
            voice_name="nb",
            voice_ok=True,
            last_phrase="god morgen",
            last_phrase_age_s=5000.0,
            running_since=NOON - timedelta(days=3),
        )
        config = WebConfig(paths=paths, journal=journal, ports=listener, now=lambda: NOON)
        with WebServer(create_app(config), "127.0.0.1", 0) as server:
            yield Example(server.address, journal, listener, episodes)


def fill(journal: Journal) -> dict[str, str]:
    """A year of nights, and one episode of each kind near the end."""
    seed_journal(journal, NOON - timedelta(days=4), Years(days=365, episodes=90, events=90 * 25))
    last = NOON.replace(hour=3, minute=12)
    found = {
        "danger": nights.write(journal, last - timedelta(days=2), nights.DANGER, side="right"),
        "false": nights.write(journal, last - timedelta(days=1, hours=2), nights.FALSE_START),
        "silent": nights.write(journal, last - timedelta(days=1), nights.SILENT, side=""),
        "good": nights.write(journal, last),
    }
    note = {"text": "Gikk mye i går.\nDrakk lite.", "by": "person"}
    journal.change(
        found["good"],
        [("annotated", note), ("edited", {"field": "pain_before", "value": "8", "by": "person"})],
        NOON,
    )
    return found
