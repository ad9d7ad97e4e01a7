"""`krampevakt doctor`: is everything ready for the night?"""

from __future__ import annotations

import click

from skill.commands.bedside.common import console, open_home
from skill.commands.terminal import terminal_language
from skill.messages.message import in_language
from skill.service.checkup import examine

_MARK = {"well": "[green]✓[/green]", "notice": "[yellow]![/yellow]", "bad": "[bold red]✗[/bold red]"}


@click.command("doctor")
@click.option("--no-devices", is_flag=True)
@click.option("--aloud", is_flag=True)
def checkup(no_devices: bool, aloud: bool) -> None:
    """Check devices, model, vocabulary, voice, journal, disk, clock and permissions.

    Exit code 1 when something would harm the night's help.
    """
    bad, language = False, terminal_language()
    for finding in examine(open_home(), with_devices=not no_devices, aloud=aloud):
        what, sentence = in_language(finding.what, language), in_language(finding.sentence, language)
        console.print(f"{_MARK[finding.state]} {what:<14} {sentence}")
        bad |= finding.state == "bad"
    if bad:
        raise SystemExit(1)
