"""What is said at night stays in the room: nothing leaves, and no words are kept without consent."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from skill.settings import Privacy
from tests.needs import needs_model
from tests.service.typed import TypedNight

WORDS = "krampe i leggen"

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
        [sys.executable, "-c", WATCHED, str(tmp_path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.splitlines()[-1] == "calls: []", done.stdout[-1000:] + done.stderr[-1000:]
