"""`krampevakt install-service`: start with the machine, and again whenever it stops."""

from __future__ import annotations

import os

import click

from skill.commands.bedside.common import console
from skill.commands.machine.unit import install_unit, own_command, unit_path, unit_text
from skill.commands.terminal import shown
from skill.hearing.recognise.loading import VARIABLE
from skill.messages.message import Message


@click.command("install-service")
@click.option("--show", is_flag=True)
def install_service(show: bool) -> None:
    """Set up a systemd user service (Raspberry Pi, PC) that keeps running when nobody is logged in."""
    home = os.environ.get("KRAMPEVAKT_HOME", "")
    text = unit_text(own_command(), home, os.environ.get(VARIABLE, ""))
    if show:
        click.echo(text, nl=False)
        return
    steps = install_unit(unit_path(home=home), text)
    for step in steps:
        if step.done:
            console.print(f"[green]✓[/green] {shown(step.what)}")
        else:
            console.print(
                f"[yellow]![/yellow] {shown(Message('commands.do_this_yourself'))} "
                f"[bold]{' '.join(step.command)}[/bold]  ({shown(step.what)})"
            )
    if not all(step.done for step in steps):
        raise SystemExit(1)
