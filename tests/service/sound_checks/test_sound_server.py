"""What the sound server does to our sound is told once, and taken back when it has been undone."""

from __future__ import annotations

import pytest

from skill.audio.sound_server import ServerSide, ServerView
from skill.events import Fault
from skill.service.sound_checks.sound_server import LOOK_EVERY_S, SoundServerWatch

WELL = ServerView(ServerSide("Jabra"), ServerSide("Yeti"))


class Server:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.found: ServerView | None = WELL
        self.faults: list[Fault] = []
        self.mended: list[tuple[str, str]] = []
        self.through_server = True
        self.watch = SoundServerWatch(
            lambda take: take(self.found), self.faults.append,
            lambda source, cause: self.mended.append((source, cause)),
            lambda: self.now_s, lambda _source: self.through_server,
        )  # fmt: skip
        self.turn()

    def turn(self, found: ServerView | None = WELL) -> None:
        self.found = found
        self.now_s += LOOK_EVERY_S
        self.watch.turn()


@pytest.mark.parametrize(
    ("found", "source", "severity", "word"),
    [
        (ServerView(ServerSide("Jabra", "muted"), WELL.microphone), "loudspeaker", "mute", "dempet"),
        (ServerView(ServerSide("Jabra", "turned_down"), WELL.microphone), "loudspeaker", "mute", "skrudd helt ned"),
        (ServerView(ServerSide("", "gone"), WELL.microphone), "loudspeaker", "mute", "ingen høyttaler"),
        (ServerView(ServerSide("HDMI"), WELL.microphone), "loudspeaker", "degraded", "«HDMI», og ikke lenger"),
        (ServerView(WELL.loudspeaker, ServerSide("Yeti", "muted")), "microphone", "deaf", "dempet"),
        (ServerView(WELL.loudspeaker, ServerSide("", "gone")), "microphone", "deaf", "ingen mikrofon"),
    ],
    ids=["muted", "turned down", "lost", "moved", "microphone muted", "microphone lost"],
)  # fmt: skip
def test_it_is_told_once_and_taken_back(found: ServerView, source: str, severity: str, word: str) -> None:
    server = Server()
    for _ in range(3):
        server.turn(found)
    (fault,) = server.faults
    assert (fault.source, fault.severity) == (source, severity) and word in fault.sentence
    server.turn()
    assert server.mended == [(source, "server")]


def test_a_server_that_does_not_answer_changes_nothing() -> None:
    server = Server()
    server.turn(ServerView(ServerSide("Jabra", "muted"), WELL.microphone))
    server.turn(None)
    assert len(server.faults) == 1 and server.mended == []


def test_what_is_reached_past_the_server_is_none_of_its_business() -> None:
    server = Server()
    server.through_server = False
    server.turn(ServerView(ServerSide("Jabra", "muted"), ServerSide("Yeti", "muted")))
    assert server.faults == []


def test_it_looks_once_a_minute() -> None:
    server = Server()
    server.found = ServerView(ServerSide("Jabra", "muted"), WELL.microphone)
    server.now_s += LOOK_EVERY_S / 2
    server.watch.turn()
    assert server.faults == []
