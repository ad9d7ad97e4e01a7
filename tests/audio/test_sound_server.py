"""What a real sound server answers is understood: muted, turned down, moved and lost devices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skill.audio.sound_server import look_at_server, server_view
from tests.hearing.capture.test_device import microphone
from tests.speaking.conftest import SoundCard, sound_card

__all__ = ["microphone", "sound_card"]


def test_without_a_server_there_is_nothing_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert look_at_server() is None


def test_a_monitor_is_no_microphone() -> None:
    sources = [{"name": "spk.monitor", "monitor_source": "spk"}]
    found = server_view(
        [{"name": "spk"}], sources, {"default_sink_name": "spk", "default_source_name": "spk.monitor"}
    )
    assert (found.loudspeaker.trouble, found.microphone.trouble) == (None, "gone")


def test_our_own_stream_is_what_counts_where_somebody_has_moved_or_muted_it() -> None:
    sinks = [{"index": 1, "name": "spk"}, {"index": 2, "name": "hdmi", "description": "TV"}]
    info = {"default_sink_name": "spk", "default_source_name": ""}
    moved = server_view(sinks, [], info, [{"sink": 2, "mute": False}]).loudspeaker
    assert (moved.device, moved.trouble, moved.name) == ("TV", None, "hdmi")
    assert server_view(sinks, [], info, [{"sink": 1, "mute": True}]).loudspeaker.trouble == "muted"
    assert server_view(sinks, [], info).loudspeaker.name == "spk"


@pytest.fixture
def restored(microphone: SoundCard) -> Iterator[SoundCard]:
    yield microphone
    for what, name in (("sink", "speaker"), ("source", "mic")):
        microphone.pactl(f"set-{what}-mute", name, "0")
        microphone.pactl(f"set-{what}-volume", name, "100%")
    microphone.pactl("set-default-sink", "speaker")


@pytest.mark.virtual_audio
def test_of_a_real_server(restored: SoundCard) -> None:
    def seen() -> tuple[str | None, str | None]:
        found = look_at_server()
        assert found is not None
        return found.loudspeaker.trouble, found.microphone.trouble

    assert seen() == (None, None)
    restored.pactl("set-sink-mute", "speaker", "1")
    assert seen() == ("muted", None)
    restored.pactl("set-sink-mute", "speaker", "0")
    restored.pactl("set-sink-volume", "speaker", "0%")
    restored.pactl("set-source-mute", "mic", "1")
    assert seen() == ("turned_down", "muted")
    before = look_at_server()
    restored.pactl("set-default-sink", "hole")
    after = look_at_server()
    assert before is not None and after is not None
    assert before.loudspeaker.name != after.loudspeaker.name
