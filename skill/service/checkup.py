"""Everything that the night depends on, looked at one by one: what is well, what isn't, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from skill.audio.portaudio import list_devices
from skill.audio.samples import level_dbfs
from skill.content.in_force import Contents, load_contents
from skill.errors import KrampevaktError
from skill.hearing.capture.device import DeviceMicrophone, input_devices
from skill.hearing.recognise.grammar import build_grammar
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import try_second_ear
from skill.journal.storage.database import check_integrity as check_database
from skill.paths import UserPaths, models_dir, prompts_dir
from skill.service.assembly import disk_room, make_voice, model_folder
from skill.service.sound_checks.hearing_itself import hears_itself
from skill.settings.contradictions import contradictions, load_contradiction_texts
from skill.settings.file import read
from skill.settings.values import Settings
from skill.speaking.loudspeaker.output_device import choose

NOT_CHECKED = "En kontroll kunne ikke gjøres ({why}). Se etter om disken er full eller skrivebeskyttet."
FindingState = Literal["well", "notice", "bad"]
SECOND_EAR_SLOW_S = 0.35  # of a processor: then half a second is not enough beside the rest
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)  # a clock before this was never set


@dataclass(frozen=True)
class CheckupFinding:
    """One check. `bad` means that tonight's help would suffer."""

    what: str
    state: FindingState
    sentence: str


def examine(paths: UserPaths, with_devices: bool = True, aloud: bool = False) -> Iterator[CheckupFinding]:
    """All checks in the order of what the night needs first; `aloud`: it also speaks, and has to hear itself."""
    loaded = read(paths.settings_file)
    if loaded.problems:
        for problem in loaded.problems:
            yield CheckupFinding("innstillinger", "notice", problem.sentence)
    else:
        yield CheckupFinding("innstillinger", "well", str(paths.settings_file))
    settings = loaded.settings
    try:
        contents = load_contents(prompts_dir(), settings.language, paths.data / "prompts_last_good")
    except (KrampevaktError, OSError) as error:
        yield CheckupFinding("tekster", "bad", str(error))
        return
    yield (
        CheckupFinding("tekster", "bad", contents.trouble)
        if contents.trouble
        else CheckupFinding(
            "tekster", "well", f"{len(contents.script.texts)} tekster, utgave {contents.version}"
        )
    )
    checks: list[Callable[[], Iterator[CheckupFinding]]] = [
        lambda: _profile(settings),
        lambda: _model(settings, contents),
        lambda: _second_ear(settings),
        lambda: _voice(settings),
        lambda: _journal(paths),
        lambda: _disk(paths),
        _clock,
        lambda: _permissions(paths),
    ]
    if with_devices:
        itself = [lambda: _hears_itself(paths, settings, contents)] if aloud else []
        checks[3:3] = [lambda: _microphone(settings), lambda: _loudspeaker(settings), *itself]
    for check in checks:
        try:
            yield from check()
        except Exception as error:  # one that can't be made hides none of the others
            yield CheckupFinding(
                "kontroll", "bad", NOT_CHECKED.format(why=f"{type(error).__name__}: {error}")
            )


def _guarded(what: str, look: Callable[[], str]) -> CheckupFinding:
    try:
        return CheckupFinding(what, "well", look())
    except KrampevaktError as error:
        return CheckupFinding(what, "bad", str(error))


def _profile(settings: Settings) -> Iterator[CheckupFinding]:
    """Answers that don't fit together; the safer one is followed, and this says which."""
    texts = load_contradiction_texts(prompts_dir())
    found = contradictions(settings.profile)
    for name in found:
        yield CheckupFinding("profil", "notice", texts[name][settings.language])
    if not found:
        yield CheckupFinding("profil", "well", "svarene passer sammen")


def _model(settings: Settings, contents: Contents) -> Iterator[CheckupFinding]:
    """libvosk may end the process, so the model is loaded in another one first."""

    def load() -> str:
        folder = model_folder(settings)
        tried = subprocess.run(
            [sys.executable, "-c", "import sys; from pathlib import Path; "
             "from skill.hearing.recognise.recogniser import VoskModel; VoskModel(Path(sys.argv[1]))", str(folder)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if tried.returncode:
            raise KrampevaktError(
                tried.stderr.strip().splitlines()[-1].removeprefix("skill.errors.ModelError: ")
                if tried.stderr.strip()
                else f"Talemodellen {folder} får talegjenkjenneren til å stoppe. Velg en annen i «model_path»."
            )
        return str(folder)

    finding = _guarded("talemodell", load)
    yield finding
    if finding.state == "bad":
        return
    model = VoskModel(Path(finding.sentence))
    missing = {
        phrase.text
        for name in contents.book.grammars
        for phrase in build_grammar(contents.book.live(name), model).missing
    }
    known = len(contents.book.phrases) - len(missing)
    if missing:
        shown = ", ".join(f"«{text}»" for text in sorted(missing)[:5])
        yield CheckupFinding(
            "ordforråd", "notice",
            f"Modellen kan høre {known} fraser, men ikke {len(missing)} andre, som {shown}. "
            "Bygg den på nytt med «krampevakt model build», eller bruk modellen som følger med.",
        )  # fmt: skip
    else:
        yield CheckupFinding("ordforråd", "well", f"alle {known} fraser kan høres")


def _second_ear(settings: Settings) -> Iterator[CheckupFinding]:
    """Its files as they were released, and quick enough on this machine."""
    if not settings.audio.second_ear:
        yield CheckupFinding("det andre øret", "well", "slått av i innstillingene")
        return
    try:
        cost_s = try_second_ear(models_dir() / "second_ear", model_folder(settings) / "lexicon.tsv")
    except (KrampevaktError, OSError) as error:
        yield CheckupFinding("det andre øret", "notice", str(error))
        return
    if cost_s > SECOND_EAR_SLOW_S:
        yield CheckupFinding(
            "det andre øret", "notice",
            f"Det andre øret bruker {cost_s:.1f} s på et svar på denne maskinen, og blir ofte ikke ventet på. "
            "Slå av «Hør etter to ganger» i innstillingene, eller bruk en raskere maskin.",
        )  # fmt: skip
        return
    yield CheckupFinding("det andre øret", "well", f"svarer på {cost_s:.2f} s")


def _microphone(settings: Settings) -> Iterator[CheckupFinding]:
    def listen() -> str:
        input_devices(renew=True)
        microphone = DeviceMicrophone(settings.audio.microphone)
        try:
            levels: list[float] = []
            until_s = time.monotonic() + 3.0
            while len(levels) < 50 and time.monotonic() < until_s:
                frame = microphone.read(0.5)
                if frame is not None:
                    levels.append(level_dbfs(frame))
            if not levels:
                raise KrampevaktError(
                    f"Mikrofonen «{microphone.name}» er der, men det kommer ingen lyd, så apparatet er døvt. "
                    "Trekk den ut og sett den i igjen."
                )
            if max(levels) <= -95:
                raise KrampevaktError(
                    f"Mikrofonen «{microphone.name}» gir bare fullstendig stillhet. "
                    "Sjekk om den er slått av eller dempet i lydinnstillingene."
                )
            return f"«{microphone.name}», rommet er på {sorted(levels)[len(levels) // 2]:.0f} dBFS"
        finally:
            microphone.close()

    yield _guarded("mikrofon", listen)


def _loudspeaker(settings: Settings) -> Iterator[CheckupFinding]:
    def look() -> str:
        chosen = choose(settings.audio.loudspeaker, list_devices("output"))
        if chosen.instead_of:
            raise KrampevaktError(
                f"Høyttaleren «{chosen.instead_of}» er borte, så «{chosen.device.name}» brukes til den er tilbake. "
                "Koble den til, eller velg en annen i innstillingene."
            )
        return f"«{chosen.device.name}»"

    yield _guarded("høyttaler", look)


def _hears_itself(paths: UserPaths, settings: Settings, contents: Contents) -> Iterator[CheckupFinding]:
    yield _guarded("egen stemme", lambda: hears_itself(paths, settings, contents))


def _voice(settings: Settings) -> Iterator[CheckupFinding]:
    def speak() -> str:
        began_s = time.monotonic()
        sound = make_voice(settings).render("Strekk", settings.language, settings.voice.rate_wpm)
        return f"«{settings.voice.name}», {sound.duration_s:.1f} s lyd på {time.monotonic() - began_s:.1f} s"

    yield _guarded("stemme", speak)


def _journal(paths: UserPaths) -> Iterator[CheckupFinding]:
    def look() -> str:
        if not paths.database_file.exists():
            return "tom; lages første gang tjenesten går"
        check_database(paths.database_file)
        return str(paths.database_file)

    yield _guarded("journal", look)


def _disk(paths: UserPaths) -> Iterator[CheckupFinding]:
    room = disk_room(paths)
    if room.enough:
        yield CheckupFinding("disk", "well", f"{room.free_mb} MB ledig")
    else:
        yield CheckupFinding(
            "disk",
            "bad",
            f"Bare {room.free_mb} MB ledig: snart kan ikke natta skrives ned. Slett noe du ikke trenger.",
        )


def _clock() -> Iterator[CheckupFinding]:
    now = datetime.now(UTC)
    if now < EARLIEST_CLOCK:
        yield CheckupFinding(
            "klokke", "bad",
            f"Klokka står på {now:%d.%m.%Y}, så nettene får feil dato. Sett den, eller koble til nettet en gang.",
        )  # fmt: skip
    else:
        yield CheckupFinding("klokke", "well", f"{now.astimezone():%d.%m.%Y %H:%M %Z}")


def _permissions(paths: UserPaths) -> Iterator[CheckupFinding]:
    for folder in (paths.config, paths.data, paths.cache):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield CheckupFinding(
                "rettigheter", "bad",
                f"{folder} kan ikke skrives i, så natta blir ikke skrevet ned. Gi denne brukeren skrivetilgang.",
            )  # fmt: skip
            return
    yield CheckupFinding("rettigheter", "well", "mappene kan skrives i")
