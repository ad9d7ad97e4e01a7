"""The rules of the README, in a real mosquitto with a password for each bed: no bed speaks or listens for another."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

import skill
from skill.connect.ward.wire import rows_topic, stored_topic
from tests.connect.broker import broker, needs_mosquitto
from tests.connect.process import until

PASSWD = shutil.which("mosquitto_passwd")
pytestmark = [needs_mosquitto, pytest.mark.skipif(PASSWD is None, reason="mosquitto_passwd is not installed")]
README = Path(skill.__file__).parent / "ward" / "README.md"


class Somebody:
    """A client with its own password, that keeps what it is given."""

    def __init__(self, name: str, port: int) -> None:
        self.got: list[tuple[str, str]] = []
        self.client = Client(CallbackAPIVersion.VERSION2, client_id=name)
        self.client.username_pw_set(name, f"secret-{name}")
        self.client.on_message = lambda _c, _d, message: self.got.append(
            (message.topic, message.payload.decode())
        )
        self.client.on_connect = lambda client, *_: client.subscribe("krampevakt-ward/#", 1)
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()
        until(self.client.is_connected)

    def says(self, topic: str, text: str) -> None:
        sent = self.client.publish(topic, text, qos=1)
        until(sent.is_published)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    rules = re.search(r"# acl_file of mosquitto\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert rules is not None
    (tmp_path / "acl").write_text(rules[1])
    passwords = tmp_path / "passwords"
    passwords.touch()
    for name in ("bed-1", "bed-2", "ward"):
        subprocess.run(
            [str(PASSWD), "-b", str(passwords), name, f"secret-{name}"], check=True, capture_output=True
        )
    named = ("allow_anonymous false", f"password_file {passwords}", f"acl_file {tmp_path / 'acl'}")
    with broker(tmp_path / "broker", *named) as (port, _):
        yield port


def test_no_bed_speaks_or_listens_for_another(port: int) -> None:
    bed, other, ward = Somebody("bed-1", port), Somebody("bed-2", port), Somebody("ward", port)
    other.says(rows_topic("bed-1"), "stolen")
    other.says(stored_topic("bed-1"), "all is stored")
    bed.says(rows_topic("bed-1"), "true")

    def answered() -> bool:  # said again, for a subscription may still be under way
        bed.says(rows_topic("bed-1"), "true")
        ward.says(stored_topic("bed-1"), "stored")
        return bool(bed.got and ward.got)

    until(answered)
    assert set(ward.got) == {(rows_topic("bed-1"), "true")}
    assert set(bed.got) == {(stored_topic("bed-1"), "stored")}
    assert other.got == []
    for each in (bed, other, ward):
        each.close()
