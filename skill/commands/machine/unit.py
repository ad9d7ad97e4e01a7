"""The systemd user service: a unit file, and the commands that make it start with the machine."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skill.errors import KrampevaktError
from skill.files import write_whole
from skill.messages.message import Message
from skill.paths import expanded

NAME = "krampevakt.service"

TEMPLATE = """\
[Unit]
Description=Krampevakt, voice help for leg cramps at night
After=sound.target pipewire.service pulseaudio.service
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={command} run --quiet
Restart=always
RestartSec=2
# Signs of life are sent only while sound arrives from the microphone and the loop turns.
WatchdogSec=120
TimeoutStopSec=10
{environment}NoNewPrivileges=true
PrivateTmp=true
UMask=0077
LimitCORE=0

[Install]
WantedBy=default.target
"""

Runner = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class InstallStep:
    """One thing done, or to be done by the user. `command` is what does it."""

    what: Message
    command: tuple[str, ...]
    done: bool


def unit_text(command: str, home: str = "", decoder: str = "") -> str:
    """The unit file. `command`: absolute path of `krampevakt`; $KRAMPEVAKT_HOME and $KRAMPEVAKT_DECODER, if any."""
    given = {"KRAMPEVAKT_HOME": home, "KRAMPEVAKT_DECODER": decoder}
    environment = "".join(
        f'Environment="{name}={_escaped(value)}"\n' for name, value in given.items() if value
    )
    program = _escaped(command)
    quoted = program if _PLAIN.fullmatch(program) else f'"{program}"'
    if any(letter in _NOT_IN_A_PROGRAM for letter in command):
        quoted = "/usr/bin/env " + quoted.replace(
            "$", "$$"
        )  # which becomes that program, with the same number
    return TEMPLATE.format(command=quoted, environment=environment)


_PLAIN = re.compile(r"[A-Za-z0-9_./+:@-]+")


_NOT_IN_A_PROGRAM = "\"'\\$`\n\t"  # systemd takes them in an argument, but not in the name of what it starts


def _escaped(text: str) -> str:
    """As systemd.syntax(7) wants it between quotation marks: \\, " and line breaks escaped, % doubled."""
    escapes = {"\\": "\\\\", '"': '\\"', "%": "%%", "\n": "\\n", "\t": "\\t"}
    return "".join(escapes.get(letter, letter) for letter in text)


def unit_name(folder: Path, home: str = "") -> str:
    """The unit that runs this home: the one it has, else a name of its own, so that two homes are two services."""
    line = f'Environment="KRAMPEVAKT_HOME={_escaped(home)}"'
    usual = folder / NAME
    try:
        lines = usual.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return NAME
    if (
        (line in lines)
        if home
        else not any(each.startswith('Environment="KRAMPEVAKT_HOME=') for each in lines)
    ):
        return NAME
    return f"krampevakt-{hashlib.sha256(os.fsencode(home)).hexdigest()[:8]}.service"


def unit_path(config_home: Path | None = None, home: str = "") -> Path:
    """Where the unit of this home ($KRAMPEVAKT_HOME) lies, or will."""
    folder = (config_home or expanded(Path("~/.config"))).absolute() / "systemd" / "user"
    return folder / unit_name(folder, home)


def own_command() -> str:
    """The absolute path of the `krampevakt` that runs now."""
    beside = Path(sys.executable).with_name("krampevakt")
    found = str(beside) if beside.is_file() else shutil.which("krampevakt")
    if not found:
        raise KrampevaktError(Message("commands.command_not_found"))
    return found


def install_unit(path: Path, text: str, run: Runner | None = None) -> list[InstallStep]:
    """Write the unit and switch it on. What fails is left to the user, with the line to type."""
    write_whole(path, text.encode())  # half a unit after a power cut would be a night without the service
    run = run or _run
    user = _own_name()
    steps = [InstallStep(Message("commands.unit_written", path=path), (), True)]
    for what, command in (
        (Message("commands.unit_read"), ("systemctl", "--user", "daemon-reload")),
        (Message("commands.unit_started"), ("systemctl", "--user", "enable", "--now", path.name)),
        (Message("commands.unit_lingers"), ("loginctl", "enable-linger", user)),
    ):
        steps.append(InstallStep(what, command, run(command) == 0))
    if not in_audio_group(user):
        steps.append(
            InstallStep(Message("commands.access_to_sound"), ("sudo", "usermod", "-aG", "audio", user), False)
        )
    return steps


def _own_name() -> str:
    """Its number where the user has no line in passwd, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def in_audio_group(user: str) -> bool:
    """True where it doesn't matter, too: there is no such group, or the user is root."""
    try:
        import grp
    except ImportError:  # a system without such groups
        return True
    try:
        return user == "root" or user in grp.getgrnam("audio").gr_mem
    except KeyError:
        return True


def _run(command: Sequence[str]) -> int:
    try:
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        return 1
