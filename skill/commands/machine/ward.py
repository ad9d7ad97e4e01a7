"""`krampevakt ward`: many beds on one page."""

from __future__ import annotations

import os
import time
from datetime import datetime

import click

from skill.commands.bedside.common import open_home
from skill.commands.terminal import shown
from skill.errors import KrampevaktError
from skill.journal.times import system_zone
from skill.messages.message import Message
from skill.settings.file import load
from skill.ward.store import ROLES, Role, StaffMember, WardStore
from skill.web.door.pin import hash_pin, make_pin
from skill.web.door.security import secret_key

PASSWORD = "KRAMPEVAKT_WARD_PASSWORD"


@click.group()
def ward() -> None:
    """Many beds on one page: keep what they send, show who needs somebody."""


@ward.command()
@click.option("--database", required=True)
@click.option("--broker", default="127.0.0.1", show_default=True)
@click.option("--broker-port", type=click.IntRange(1, 65535), default=1883, show_default=True)
@click.option("--user", default="")
@click.option("--certificate", default="")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8714, show_default=True)
def serve(  # noqa: PLR0913
    database: str, broker: str, broker_port: int, user: str, certificate: str, host: str, port: int
) -> None:
    """Take what the beds send, and show the pages. Ends with Ctrl-C."""
    try:
        from skill.ward.consumer import BrokerLogin, WardConsumer
    except ImportError as error:
        raise KrampevaktError(Message("ward.extra_missing", error=error.name or error)) from error
    from skill.ward.app import WardSite, create_ward
    from skill.ward.metrics import WardCounts
    from skill.web.server import WebServer

    paths, zone = open_home(), system_zone()
    store = WardStore.open(database)
    login = BrokerLogin(broker, broker_port, user, os.environ.get(PASSWORD, ""), certificate)

    def now() -> datetime:
        return datetime.now(zone)

    counts = WardCounts()
    consumer = WardConsumer(login, store, now, counts)
    site = WardSite(
        store, secret_key(paths.data / "web-secret-ward"), load(paths.settings_file).language, now, time.monotonic,
        lambda: consumer.trouble, counts,
    )  # fmt: skip
    server = WebServer(create_ward(site), host, port)
    consumer.start()
    click.echo(shown(Message("ward.open", address=server.address)))
    try:
        server.run()
    finally:
        consumer.close()
        store.close()


@ward.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reads", show_default=True)
@click.option("--database", required=True)
def person(name: str, role: Role, database: str) -> None:
    """Let somebody in, with a new PIN; who was called so before is replaced."""
    made = make_pin()
    store = WardStore.open(database)
    store.put_person(StaffMember(name, hash_pin(made), role), datetime.now(system_zone()))
    store.close()
    click.echo(shown(Message("ward.person_added", name=name, pin=f"{made[:3]} {made[3:]}")))
