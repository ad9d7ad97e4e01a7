"""Messages to real servers: each way takes them there, and what goes wrong is a sentence and loses nothing."""

from __future__ import annotations

import base64
import email
import email.policy
import socket
import threading
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from skill.connect.alerts import Alert
from skill.connect.sending import Letter, NotSent, send_letter, way_of
from skill.connect.wording import wording_of
from skill.messages.message import Message
from skill.settings.values import ConnectSettings
from tests.connect.servers import EXPIRED, THREE, free_port, http_server

DANGER = Alert("k:danger", "danger", THREE, "T1", "113", "113")
LETTER = Letter(DANGER, wording_of(DANGER, "nb"), "http://10.0.0.2:8713/seen/t")
HOOK = ConnectSettings(enabled=True, way="webhook", person="Åse")


def refusal(settings: ConnectSettings) -> Message:
    with pytest.raises(NotSent) as raised:
        send_letter(LETTER, settings)
    sentence = raised.value.args[0]
    assert isinstance(sentence, Message)
    return sentence


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_says_what_happened_when_and_that_nobody_was_called(language: str) -> None:
    text = wording_of(DANGER, language).text  # type: ignore[arg-type]
    assert "03:12" in text
    assert "113" in text
    assert {"nb": "ikke ringt noen", "nn": "ikkje ringt nokon", "en": "called nobody"}[language] in text


def test_the_danger_sign_is_called_what_the_pages_call_it() -> None:
    assert "vondt i brystet eller tungpustet" in wording_of(DANGER, "nb").text


def test_a_receiver_that_takes_it_and_never_ends_its_answer_has_taken_it() -> None:
    """Else it would be sent again and again, and each time ring the telephone of somebody who has seen it."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as taken:
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n.")
                over.wait(60)

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        send_letter(LETTER, replace(HOOK, address=f"http://127.0.0.1:{server.getsockname()[1]}/"))
        over.set()
        answering.join(10)


def test_a_webhook_gets_a_versioned_document() -> None:
    with http_server() as got:
        send_letter(LETTER, replace(HOOK, address=got.address + "hook"))
    (body,) = got.bodies
    assert got.paths == ["/hook"]
    assert (body["version"], body["kind"], body["sign"], body["number"]) == (1, "danger", "T1", "113")
    assert body["at"] == "2026-11-23T03:12:00+01:00"
    assert body["seen_url"] == "http://10.0.0.2:8713/seen/t"


def test_ntfy_gets_its_topic_at_the_root_and_the_highest_priority_for_danger() -> None:
    with http_server() as got:
        send_letter(LETTER, replace(HOOK, way="ntfy", address=got.address + "kari"))
    (body,) = got.bodies
    assert (got.paths, body["topic"], body["priority"]) == (["/"], "kari", 5)
    assert body["title"] == "Krampevakt: faretegn"
    assert body["click"] == LETTER.seen_url


def test_a_user_gets_a_password_and_a_password_alone_is_a_token() -> None:
    with http_server() as got:
        named = replace(HOOK, address=got.address, user="kari", password="æøå")
        send_letter(LETTER, named)
        send_letter(LETTER, replace(named, user=""))
    basic, bearer = got.authorized
    assert base64.b64decode(basic.removeprefix("Basic ")).decode() == "kari:æøå"
    assert bearer.startswith("Bearer ")


class Mailbox:
    """Keeps what an SMTP server was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_mail_reaches_everybody_with_its_letters_whole() -> None:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    controller.start()
    try:
        mail = ConnectSettings(
            True, "mail", "Åse", f"smtp://127.0.0.1:{controller.port}", "aase@b.lan, per@b.lan"
        )
        send_letter(LETTER, mail)
        (envelope,) = box.envelopes
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[arg-type]
        assert envelope.rcpt_tos == ["aase@b.lan", "per@b.lan"]
        assert found["Subject"] == "Krampevakt: faretegn"
        assert LETTER.wording.text in found.get_content()
        assert LETTER.seen_url in found.get_content()
        assert "nobody@b.lan" in refusal(replace(mail, mail_to="aase@b.lan, nobody@b.lan"))
        assert refusal(replace(mail, user="k@b.lan", password="p")).key == "connect.mail_in_the_open"
    finally:
        controller.stop()


def test_a_receiver_that_is_not_there_is_named() -> None:
    with http_server() as got:
        gone = replace(HOOK, address=got.address)
    sentence = refusal(gone)
    assert sentence.key == "connect.nobody_answers"
    assert "127.0.0.1" in sentence


def test_one_that_lets_nobody_in_is_a_matter_of_the_password() -> None:
    with http_server(401) as got:
        assert refusal(replace(HOOK, address=got.address)).key == "connect.wrong_password"


def test_an_expired_certificate_is_told_and_nothing_is_sent() -> None:
    with http_server(certificate=EXPIRED) as got:
        sentence = refusal(replace(HOOK, address=got.address, certificate=str(EXPIRED)))
    assert sentence.key == "connect.certificate_expired"
    assert got.bodies == []


def test_a_certificate_of_an_unknown_signer_is_not_trusted() -> None:
    with http_server(certificate=EXPIRED) as got:
        assert refusal(replace(HOOK, address=got.address)).key == "connect.certificate_not_trusted"


def test_a_certificate_file_that_is_missing_is_named() -> None:
    sentence = refusal(replace(HOOK, address="https://127.0.0.1:9/", certificate="/no/such.pem"))
    assert sentence.key == "connect.certificate_unreadable"


def test_a_message_about_a_night_follows_no_redirect() -> None:
    with http_server(302) as got:
        assert refusal(replace(HOOK, address=got.address)).key == "connect.not_taken"
    assert got.paths == []


@pytest.mark.parametrize(
    "settings",
    [
        ConnectSettings(),
        ConnectSettings(way="webhook"),
        ConnectSettings(way="webhook", address="smtp://b.lan"),
        ConnectSettings(way="mail", address="smtp://b.lan"),
    ],
)
def test_settings_that_name_no_whole_way_send_nothing(settings: ConnectSettings) -> None:
    assert way_of(settings) is None
    assert refusal(settings).key == "connect.no_way"
