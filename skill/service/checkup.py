"""Everything that the night depends on, looked at one by one: what is well, what isn't, and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from skill.audio.portaudio import list_devices
from skill.audio.samples import level_dbfs
from skill.connect.standing import troubles, who_is_told
from skill.content.in_force import Contents, load_contents
from skill.errors import KrampevaktError
from skill.hearing.capture.device import DeviceMicrophone, input_devices
from skill.hearing.recognise.grammar import build_grammar
from skill.hearing.recognise.loading import DECODER_NAMES, chosen_decoder, load_speech_model
from skill.hearing.second_ear_here import try_second_ear
from skill.journal.figures.standing_faults import told_by_running_service
from skill.journal.keeping.reading import journal_to_read
from skill.journal.storage.database import check_integrity as check_database
from skill.machine import own_program
from skill.messages.message import Message, sentence_from_json, sentence_of
from skill.paths import UserPaths, models_dir, prompts_dir
from skill.service.assembly import disk_room, make_voice, model_folder
from skill.service.clock import Clock, SystemClock
from skill.service.sound_checks.hearing_itself import hears_itself
from skill.service.sound_checks.who_speaks import who_speaks
from skill.settings.contradictions import contradictions, load_contradiction_texts
from skill.settings.file import read
from skill.settings.values import Settings
from skill.speaking.loudspeaker.output_device import choose

FindingState = Literal["well", "notice", "bad"]
SECOND_EAR_SLOW_S = 0.35  # of a processor: then half a second is not enough beside the rest
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)  # a clock before this was never set


@dataclass(frozen=True)
class CheckupFinding:
    """One check. `bad` means that tonight's help would suffer."""

    what: Message
    state: FindingState
    sentence: str


def examine(paths: UserPaths, with_devices: bool = True, aloud: bool = False) -> Iterator[CheckupFinding]:
    """All checks in the order of what the night needs first; `aloud`: it also speaks, and has to hear itself."""
    loaded = read(paths.settings_file)
    if loaded.problems:
        for problem in loaded.problems:
            yield CheckupFinding(Message("checkup.what_settings"), "notice", problem.sentence)
    else:
        yield CheckupFinding(Message("checkup.what_settings"), "well", str(paths.settings_file))
    settings = loaded.settings
    try:
        contents = load_contents(prompts_dir(), settings.language, paths.data / "prompts_last_good")
    except (KrampevaktError, OSError) as error:
        yield CheckupFinding(Message("checkup.what_texts"), "bad", sentence_of(error))
        return
    yield (
        CheckupFinding(Message("checkup.what_texts"), "bad", contents.trouble)
        if contents.trouble
        else CheckupFinding(
            Message("checkup.what_texts"),
            "well",
            Message("checkup.texts_well", count=len(contents.script.texts), version=contents.version),
        )
    )
    checks: list[Callable[[], Iterator[CheckupFinding]]] = [
        lambda: _profile(settings),
        lambda: _model(settings, contents),
        lambda: _second_ear(settings),
        lambda: _voice(settings, contents),
        lambda: _journal(paths),
        lambda: running_service(paths, SystemClock()),
        lambda: _telling_others(paths, settings),
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
                Message("checkup.what_check"),
                "bad",
                Message("checkup.not_checked", why=f"{type(error).__name__}: {error}"),
            )


def _guarded(what: Message, look: Callable[[], str]) -> CheckupFinding:
    try:
        return CheckupFinding(what, "well", look())
    except KrampevaktError as error:
        return CheckupFinding(what, "bad", sentence_of(error))


def _profile(settings: Settings) -> Iterator[CheckupFinding]:
    """Answers that don't fit together; the safer one is followed, and this says which."""
    texts = load_contradiction_texts(prompts_dir())
    found = contradictions(settings.profile)
    for name in found:
        yield CheckupFinding(Message("checkup.what_profile"), "notice", texts[name][settings.language])
    if not found:
        yield CheckupFinding(Message("checkup.what_profile"), "well", Message("checkup.profile_well"))


def _model(settings: Settings, contents: Contents) -> Iterator[CheckupFinding]:
    """libvosk may end the process, so the model is loaded in another one first."""

    def load() -> str:
        folder = model_folder(settings)
        tried = subprocess.run(
            own_program("skill.service.sound_checks.model_loads", str(folder)),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        if tried.returncode:
            raise KrampevaktError(
                sentence_from_json(json.loads(tried.stdout))
                if tried.stdout.strip()
                else Message("checkup.model_stops_the_recogniser", folder=folder)
            )
        return Message("checkup.model_well", folder=folder, decoder=DECODER_NAMES[chosen_decoder()])

    finding = _guarded(Message("checkup.what_model"), load)
    yield finding
    if finding.state == "bad":
        return
    model = load_speech_model(model_folder(settings))
    missing = {
        phrase.text
        for name in contents.book.grammars
        for phrase in build_grammar(contents.book.live(name), model).missing
    }
    known = len(contents.book.phrases) - len(missing)
    if missing:
        shown = ", ".join(f"«{text}»" for text in sorted(missing)[:5])
        yield CheckupFinding(
            Message("checkup.what_vocabulary"), "notice",
            Message("checkup.vocabulary_lacks", known=known, missing=len(missing), shown=shown),
        )  # fmt: skip
    else:
        yield CheckupFinding(
            Message("checkup.what_vocabulary"), "well", Message("checkup.vocabulary_well", known=known)
        )


def _second_ear(settings: Settings) -> Iterator[CheckupFinding]:
    """Its files as they were released, and quick enough on this machine."""
    what = Message("checkup.what_second_ear")
    if not settings.audio.second_ear:
        yield CheckupFinding(what, "well", Message("checkup.second_ear_off"))
        return
    try:
        cost_s = try_second_ear(models_dir() / "second_ear", model_folder(settings) / "lexicon.tsv")
    except (KrampevaktError, OSError) as error:
        yield CheckupFinding(what, "notice", sentence_of(error))
        return
    if cost_s > SECOND_EAR_SLOW_S:
        yield CheckupFinding(what, "notice", Message("checkup.second_ear_slow", cost_s=cost_s))
        return
    yield CheckupFinding(what, "well", Message("checkup.second_ear_well", cost_s=cost_s))


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
                raise KrampevaktError(Message("checkup.microphone_gives_nothing", name=microphone.name))
            if max(levels) <= -95:
                raise KrampevaktError(Message("checkup.microphone_silent", name=microphone.name))
            median = sorted(levels)[len(levels) // 2]
            return Message("checkup.microphone_well", name=microphone.name, level_dbfs=median)
        finally:
            microphone.close()

    yield _guarded(Message("checkup.what_microphone"), listen)


def _loudspeaker(settings: Settings) -> Iterator[CheckupFinding]:
    def look() -> str:
        chosen = choose(settings.audio.loudspeaker, list_devices("output"))
        if chosen.instead_of:
            raise KrampevaktError(
                Message("speaking.another_loudspeaker", chosen=chosen.instead_of, used=chosen.device.name)
            )
        return f"«{chosen.device.name}»"

    yield _guarded(Message("checkup.what_loudspeaker"), look)


def _hears_itself(paths: UserPaths, settings: Settings, contents: Contents) -> Iterator[CheckupFinding]:
    yield _guarded(Message("checkup.what_own_voice"), lambda: hears_itself(paths, settings, contents))


def _voice(settings: Settings, contents: Contents) -> Iterator[CheckupFinding]:
    def speak() -> str:
        began_s = time.monotonic()
        sound = make_voice(settings).render("Strekk", settings.language, settings.voice.rate_wpm)
        return Message(
            "checkup.voice_well",
            name=settings.voice.name, sound_s=sound.duration_s, took_s=time.monotonic() - began_s,
        )  # fmt: skip

    yield _guarded(Message("checkup.what_voice"), speak)
    speaks = who_speaks(settings, contents.script.texts)
    if speaks is not None:
        yield CheckupFinding(
            Message("checkup.what_speaker"), "notice" if speaks.by_engine else "well", speaks.sentence
        )


def _journal(paths: UserPaths) -> Iterator[CheckupFinding]:
    def look() -> str:
        if not paths.database_file.exists():
            return Message("checkup.journal_empty")
        check_database(paths.database_file)
        return str(paths.database_file)

    yield _guarded(Message("checkup.what_journal"), look)


def running_service(paths: UserPaths, clock: Clock) -> Iterator[CheckupFinding]:
    """What the service that runs now has told of and not taken back. Nothing where none runs."""
    if not paths.database_file.exists():
        return
    with journal_to_read(paths.database_file) as journal:
        for fault in told_by_running_service(journal, clock.reading()):
            bad = fault.text("severity") in ("deaf", "mute")
            yield CheckupFinding(Message("checkup.what_service"), "bad" if bad else "notice", fault.sentence)


def _telling_others(paths: UserPaths, settings: Settings) -> Iterator[CheckupFinding]:
    """Whether messages to others get through; nothing where nobody wants them."""
    what = Message("checkup.what_connect")
    for sentence in (found := troubles(paths, settings.connect, datetime.now(UTC))):
        yield CheckupFinding(what, "notice", sentence)
    if settings.connect.enabled and not found:
        yield CheckupFinding(what, "well", who_is_told(settings.connect)[0])


def _disk(paths: UserPaths) -> Iterator[CheckupFinding]:
    room = disk_room(paths)
    if room.enough:
        yield CheckupFinding(
            Message("checkup.what_disk"), "well", Message("checkup.disk_well", free_mb=room.free_mb)
        )
    else:
        yield CheckupFinding(
            Message("checkup.what_disk"), "bad", Message("checkup.disk_low", free_mb=room.free_mb)
        )


def _clock() -> Iterator[CheckupFinding]:
    now = datetime.now(UTC)
    if now < EARLIEST_CLOCK:
        yield CheckupFinding(
            Message("checkup.what_clock"), "bad", Message("checkup.clock_wrong", day=f"{now:%d.%m.%Y}")
        )
    else:
        yield CheckupFinding(Message("checkup.what_clock"), "well", f"{now.astimezone():%d.%m.%Y %H:%M %Z}")


def _permissions(paths: UserPaths) -> Iterator[CheckupFinding]:
    for folder in (paths.config, paths.data, paths.cache):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield CheckupFinding(
                Message("checkup.what_permissions"), "bad", Message("checkup.not_writable", folder=folder)
            )
            return
    yield CheckupFinding(Message("checkup.what_permissions"), "well", Message("checkup.permissions_well"))
