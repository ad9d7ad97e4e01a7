"""The commands of `krampevakt`, one file each; thin: they read options, call a room, and print."""

from __future__ import annotations

import click

from skill.service.commands.demo import demo
from skill.service.commands.devices import devices
from skill.service.commands.doctor import doctor
from skill.service.commands.install import install_service
from skill.service.commands.journal import backup, erase, export, import_, restore
from skill.service.commands.replay import replay
from skill.service.commands.run import run
from skill.service.commands.say import say

COMMANDS: tuple[click.Command, ...] = (
    run, demo, replay, say, devices, doctor, install_service, export, import_, backup, restore, erase,
)  # fmt: skip
