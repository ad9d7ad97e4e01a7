"""`krampevakt doctor`: is everything ready for the night?"""

from __future__ import annotations

import click

from skill.commands.bedside.common import console, open_home
from skill.service.checkup import examine

_MARK = {"well": "[green]✓[/green]", "notice": "[yellow]![/yellow]", "bad": "[bold red]✗[/bold red]"}


@click.command()
@click.option("--no-devices", is_flag=True, help="Leave microphone and loudspeaker alone.")
@click.option("--aloud", is_flag=True, help="Say a sentence, and check that the microphone hears it.")
def doctor(no_devices: bool, aloud: bool) -> None:
    """Check devices, model, vocabulary, voice, journal, disk, clock and permissions.

    Exit code 1 when something would harm the night's help.
    """
    bad = False
    for finding in examine(open_home(), with_devices=not no_devices, aloud=aloud):
        console.print(f"{_MARK[finding.state]} {finding.what:<14} {finding.sentence}")
        bad |= finding.state == "bad"
    if bad:
        raise SystemExit(1)
