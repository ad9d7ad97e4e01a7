"""What goes to the hearing process comes out there as it was."""

from __future__ import annotations

import os

from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice, decode_command, encode


def test_folders_of_every_name_reach_the_hearing_process() -> None:
    """An old disk whose names aren't UTF-8, a home with a line break or quotation marks in it."""
    for name in (b"/home/bl\xe5", 'a\nb "q" 🌙 ŋđ'.encode()):
        folder = os.fsdecode(name)
        config = HearingConfig((folder,), folder, "nb", MicrophoneChoice("file", folder), personal=folder)
        line = encode(config)
        assert line.count(b"\n") == 1
        assert decode_command(line) == config
