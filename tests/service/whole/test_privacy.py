"""What is said at night stays in the room: nothing leaves, and no words are kept without consent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skill.journal.keeping.erase import erase_everything
from skill.paths import user_paths
from skill.settings.values import Privacy
from tests.needs import needs_model
from tests.service.bedside_process import RunningService, clip, recording
from tests.service.typed import TypedNight

WORDS = "krampe i leggen"
WATCHING = Path(__file__).with_name("socket_watch")
OWN_TEXTS = "prompts_last_good"  # a copy of the phrase tables, not of what was said

WATCHED = """
import sys
from pathlib import Path

calls = []


def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        calls.append((event, str(arguments)))


sys.addaudithook(watch)
from skill.cli import main

main(["demo", "--fast", "--scenario", "false_start", "--out", sys.argv[1]])
print("calls:", [call for call in calls if "AF_UNIX" not in call[1]])
"""


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_without_consent_no_spoken_word_reaches_the_disk(night: TypedNight, tmp_path: Path) -> None:
    night.say(WORDS)
    night.wait(12)
    night.say("det hjelper ikke")
    night.wait(1)
    kept = on_disk(tmp_path)
    assert WORDS.encode() not in kept
    assert b"det hjelper ikke" not in kept


def test_the_same_search_finds_the_words_when_consent_was_given(night: TypedNight, tmp_path: Path) -> None:
    night.settings = replace(night.settings, privacy=Privacy(keep_transcripts=True))
    night.say(WORDS)
    assert WORDS.encode() in on_disk(tmp_path)


@needs_model
def test_a_whole_simulated_night_makes_no_network_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "calls: []", done.stdout[-1000:] + done.stderr[-1000:]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningService]:
    """Somebody cries out, and talks on; every socket call of every process is written down."""
    sound = recording(tmp_path / "night.wav", [(6.0, "kari", WORDS), (9.0, "olav", "det hjelper ikke")])
    (tmp_path / "tmp").mkdir()
    environment = {
        "PYTHONPATH": os.pathsep.join([str(WATCHING), os.environ.get("PYTHONPATH", "")]),
        "KRAMPEVAKT_TEST_SOCKETS": str(tmp_path / "sockets.txt"),
        "TMPDIR": str(tmp_path / "tmp"),
    }
    service = RunningService(tmp_path / "home", sound, environment)
    yield service
    if service.process.poll() is None:
        service.kill()


def private_files(*folders: Path) -> dict[Path, bytes]:
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in found if OWN_TEXTS not in path.parts}


@needs_model
def test_the_service_and_its_children_open_no_socket_but_the_configured_one(
    running: RunningService, tmp_path: Path
) -> None:
    running.wait_for(lambda: "step_started" in running.kinds())
    running.stop()
    calls = (tmp_path / "sockets.txt").read_text("utf-8").splitlines()
    asks_for_ipv6 = "bound ::1 0"  # what urllib3 does when vosk imports it
    assert [call for call in calls if call != asks_for_ipv6] == [f"bound 127.0.0.1 {running.port}"]


@needs_model
def test_killed_in_the_middle_it_leaves_neither_words_nor_the_voice_of_the_person_on_the_disk(
    running: RunningService, tmp_path: Path
) -> None:
    running.wait_for(lambda: running.kinds().count("heard") >= 2)
    running.kill()
    speech = clip("kari", WORDS)
    middle = speech[len(speech) // 2 :][:200].tobytes()
    kept = private_files(tmp_path / "home", tmp_path / "tmp")
    kept.pop(running.log)  # what the terminal showed
    assert [path for path, content in kept.items() if WORDS.encode() in content or middle in content] == []
    assert not [path for path in kept if path.suffix == ".wav" and "voice" not in str(path)]


@needs_model
def test_erase_after_a_kill_leaves_nothing(running: RunningService, tmp_path: Path) -> None:
    running.wait_for(lambda: "step_started" in running.kinds())
    running.kill()
    running.log.unlink()
    assert erase_everything(user_paths(tmp_path / "home")) == ()
    assert private_files(tmp_path / "home") == {}


@needs_model
def test_a_night_without_any_network(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("needs the right to take the network away")
    sound = recording(tmp_path / "night.wav", [(6.0, "kari", WORDS)])
    command = ["unshare", "-n", sys.executable, "-m", "skill", "--home", str(tmp_path / "home"), "run"]
    with subprocess.Popen([*command, "--microphone-file", str(sound)], stdout=subprocess.DEVNULL) as process:
        beside = RunningService.beside(tmp_path / "home", process)
        beside.wait_for(lambda: {"episode_started", "step_started"} <= set(beside.kinds()))
        process.terminate()
