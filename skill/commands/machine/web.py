"""`krampevakt web` and `krampevakt pin`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from skill.commands.terminal import shown
from skill.journal.keeping.recovery import open_for_night
from skill.messages.message import Message
from skill.paths import user_paths
from skill.settings.file import load, save
from skill.settings.rules import with_values
from skill.web.app import create_app
from skill.web.door.pin import hash_pin, make_pin
from skill.web.server import WebServer, check_binding
from skill.web.site import WebConfig


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=None)
@click.option("--host", default=None)
def web(port: int | None, host: str | None) -> None:
    """Show the pages alone, without a listener."""
    paths = user_paths()
    settings = load(paths.settings_file)
    chosen = replace(
        settings.web, host=host or settings.web.host, port=settings.web.port if port is None else port
    )
    check_binding(chosen)
    opened = open_for_night(paths.database_file, paths.backups, datetime.now(UTC))
    for notice in opened.notices:
        click.echo(shown(notice), err=True)  # the pages open all the same, and say so where it matters
    with opened.journal as journal:
        config = WebConfig(paths=paths, journal=journal, bound_host=chosen.host, bound_port=chosen.port)
        server = WebServer(create_app(config), chosen.host, chosen.port)
        click.echo(shown(Message("commands.pages_open", address=server.address)))
        click.echo(shown(Message("commands.pages_only")))
        server.run()


@click.command()
def pin() -> None:
    """Make a new PIN for the pages; the old one no longer holds."""
    paths = user_paths()
    before = load(paths.settings_file)
    made = make_pin()
    save(paths.settings_file, with_values(before, {"web.pin_hash": hash_pin(made)}), before)
    click.echo(shown(Message("commands.new_pin", pin=f"{made[:3]} {made[3:]}")))
    click.echo(shown(Message("commands.write_the_pin_down")))
