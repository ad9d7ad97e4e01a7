"""`krampevakt web` and `krampevakt pin`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from skill.journal.keeping.recovery import open_for_night
from skill.paths import user_paths
from skill.settings.file import load, save
from skill.settings.rules import with_values
from skill.web.app import create_app
from skill.web.door.pin import hash_pin, make_pin
from skill.web.server import WebServer, check_binding
from skill.web.site import WebConfig


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=None, help="Port; ellers den i innstillingene."
)
@click.option("--host", default=None, help="Adresse; ellers den i innstillingene (127.0.0.1).")
def web(port: int | None, host: str | None) -> None:
    """Vis nettsidene alene, uten lytter."""
    paths = user_paths()
    settings = load(paths.settings_file)
    chosen = replace(
        settings.web, host=host or settings.web.host, port=settings.web.port if port is None else port
    )
    check_binding(chosen)
    opened = open_for_night(paths.database_file, paths.backups, datetime.now(UTC))
    for notice in opened.notices:
        click.echo(notice, err=True)  # the pages open all the same, and say so where it matters
    with opened.journal as journal:
        config = WebConfig(paths=paths, journal=journal, bound_host=chosen.host, bound_port=chosen.port)
        server = WebServer(create_app(config), chosen.host, chosen.port)
        click.echo(f"Nettsidene er åpne på {server.address}  (Ctrl-C avslutter)")
        click.echo("Bare sidene går: ingen lytter. For hjelp om natta: krampevakt run")
        server.run()


@click.command()
def pin() -> None:
    """Lag en ny PIN til nettsidene; den gamle slutter å gjelde."""
    paths = user_paths()
    before = load(paths.settings_file)
    made = make_pin()
    save(paths.settings_file, with_values(before, {"web.pin_hash": hash_pin(made)}), before)
    click.echo(f"Ny PIN: {made[:3]} {made[3:]}")
    click.echo("Skriv den ned. Den står ingen andre steder. Alle som var logget inn, må logge inn på nytt.")
