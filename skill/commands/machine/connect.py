"""`krampevakt connect`: tells others what the settings say, beside the service."""

from __future__ import annotations

import signal
import sys
import threading

import click

from skill.commands.bedside.common import open_home
from skill.commands.terminal import shown
from skill.connect.asking import LONGEST_LINE, Asking
from skill.connect.process import run_connect
from skill.connect.standing import who_is_told
from skill.journal.storage.lock import InstanceLock
from skill.messages.message import Message
from skill.settings.file import load


@click.command("connect")
@click.option("--beside-service", is_flag=True)
def connect(beside_service: bool) -> None:
    """Tell others of danger and of deafness, as the settings say. Ends with Ctrl-C."""
    paths, stopping = open_home(), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    asking = Asking(_to_the_service) if beside_service else None
    if asking is not None:
        threading.Thread(target=_from_the_service, args=(asking, stopping), daemon=True).start()
    with InstanceLock(paths.data / "connect.lock"):
        if asking is None:
            for line in (*who_is_told(load(paths.settings_file).connect), Message("connect.stop_it")):
                click.echo(shown(line))
        run_connect(paths, stopping, asking)


def _to_the_service(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _from_the_service(asking: Asking, stopping: threading.Event) -> None:
    """Its answers. However the service dies, the system closes its end of the pipe."""
    while line := sys.stdin.buffer.readline(LONGEST_LINE):
        asking.take(line)
    stopping.set()
