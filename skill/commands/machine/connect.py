"""`krampevakt connect`: tells others what the settings say, beside the service."""

from __future__ import annotations

import signal
import sys
import threading

import click

from skill.commands.bedside.common import open_home
from skill.commands.terminal import shown
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
    if beside_service:
        threading.Thread(target=_wait_for_the_end_of_the_service, args=(stopping,), daemon=True).start()
    with InstanceLock(paths.data / "connect.lock"):
        if not beside_service:
            for line in (*who_is_told(load(paths.settings_file).connect), Message("connect.stop_it")):
                click.echo(shown(line))
        run_connect(paths, stopping)


def _wait_for_the_end_of_the_service(stopping: threading.Event) -> None:
    """However the service dies, the system closes its end of the pipe."""
    while sys.stdin.buffer.read(1024):
        pass
    stopping.set()
