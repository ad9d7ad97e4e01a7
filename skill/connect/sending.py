"""Three ways of a message to a server of one's own: webhook, ntfy topic, mail. Each returns when it is taken."""

from __future__ import annotations

import base64
import http.client
import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from skill.connect.alerts import Alert
from skill.connect.wording import URGENT_KINDS, Wording
from skill.errors import KrampevaktError
from skill.messages.message import Message
from skill.network import own_address_towards
from skill.settings.values import ConnectSettings

TIMEOUT_S = 10.0
PAYLOAD_VERSION = 1
Way = Literal["webhook", "ntfy", "mail"]


class NotSent(KrampevaktError):
    """The receiver has not taken the message; it stays in the queue."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `seen_url`: where the receiver can say that it was read; "" where they can't get there."""

    alert: Alert
    wording: Wording
    seen_url: str = ""


def way_of(settings: ConnectSettings) -> Way | None:
    """How messages go out; None where the settings name no whole way."""
    scheme = urlsplit(settings.address).scheme
    if settings.way in ("webhook", "ntfy") and scheme in ("http", "https"):
        return "webhook" if settings.way == "webhook" else "ntfy"
    if settings.way == "mail" and scheme in ("smtp", "smtps") and "@" in settings.mail_to:
        return "mail"
    return None


def send_letter(letter: Letter, settings: ConnectSettings) -> None:
    """Raises NotSent, with a sentence that says why and what to do."""
    way = way_of(settings)
    if way is None:
        raise NotSent(Message("connect.no_way"))
    host = urlsplit(settings.address).hostname or settings.address
    try:
        if way == "mail":
            _mail(letter, settings)
        else:
            _post(letter, settings, way)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotSent(_refused(host, error.code)) from error
    except urllib.error.URLError as error:
        reason = error.reason if isinstance(error.reason, Exception) else error
        raise NotSent(why_unreachable(host, reason)) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(Message("connect.wrong_password", host=host)) from error
    except (OSError, ValueError, http.client.HTTPException, smtplib.SMTPException) as error:
        raise NotSent(why_unreachable(host, error)) from error


def own_address(receiver: str) -> str:
    """The address under which the receiver's network knows this machine; "" without a network. Sends nothing."""
    found = urlsplit(receiver)
    return own_address_towards(found.hostname or "", found.port or 80)


def trusted(settings: ConnectSettings) -> ssl.SSLContext:
    """Certificates are always checked; by `certificate` where the server of one's own signs for itself."""
    try:
        return ssl.create_default_context(cafile=settings.certificate or None)
    except (OSError, ssl.SSLError) as error:
        raise NotSent(Message("connect.certificate_unreadable", path=settings.certificate)) from error


def why_unreachable(host: str, error: BaseException) -> Message:
    """A failure of the network or the certificate, as a sentence."""
    if isinstance(error, ssl.SSLCertVerificationError):
        expired = "expired" in str(error.verify_message)
        key = "connect.certificate_expired" if expired else "connect.certificate_not_trusted"
        return Message(key, host=host, why=error.verify_message)
    if isinstance(error, ConnectionRefusedError):
        return Message("connect.nobody_answers", host=host)
    if isinstance(error, TimeoutError):
        return Message("connect.no_answer_in_time", host=host)
    if isinstance(error, socket.gaierror):
        return Message("connect.unknown_host", host=host)
    return Message(
        "connect.not_taken", host=host, why=str(error).splitlines()[0] if str(error) else type(error)
    )


def _refused(host: str, code: int) -> Message:
    if code in (401, 403):
        return Message("connect.wrong_password", host=host)
    return Message("connect.not_taken", host=host, why=f"HTTP {code}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message about somebody's night goes where the settings say, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def _post(letter: Letter, settings: ConnectSettings, way: Way) -> None:
    address, body = _webhook(letter, settings) if way == "webhook" else _ntfy(letter, settings)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "krampevakt"}
    if settings.user:
        pair = base64.b64encode(f"{settings.user}:{settings.password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    elif settings.password:
        headers["Authorization"] = f"Bearer {settings.password}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers, method="POST")
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted(settings)), _NoRedirect
    )
    opener.open(request, timeout=TIMEOUT_S).close()  # its head says that it was taken; its text may never end


def _webhook(letter: Letter, settings: ConnectSettings) -> tuple[str, dict[str, object]]:
    alert = letter.alert
    return settings.address, {
        "version": PAYLOAD_VERSION, "id": alert.key, "kind": alert.kind, "at": alert.at.isoformat(),
        "sign": alert.sign, "number": alert.number, "title": letter.wording.title, "text": letter.wording.text,
        "seen_url": letter.seen_url,
    }  # fmt: skip


def _ntfy(letter: Letter, settings: ConnectSettings) -> tuple[str, dict[str, object]]:
    """Published as JSON at the server's root, so that title and text may have any letter."""
    address = urlsplit(settings.address)
    folder, _, topic = address.path.rstrip("/").rpartition("/")
    if not topic:
        raise NotSent(Message("connect.no_topic"))
    urgent = letter.alert.kind in URGENT_KINDS
    body: dict[str, object] = {
        "topic": topic, "title": letter.wording.title, "message": letter.wording.text,
        "priority": 5 if urgent else 3, "tags": ["rotating_light"] if urgent else [],
    }  # fmt: skip
    if letter.seen_url:
        body["click"] = letter.seen_url
    return urlunsplit((address.scheme, address.netloc, f"{folder}/", "", "")), body


def _mail(letter: Letter, settings: ConnectSettings) -> None:
    address = urlsplit(settings.address)
    receivers = [each.strip() for each in settings.mail_to.split(",") if each.strip()]
    mail = EmailMessage()
    mail["Subject"] = letter.wording.title
    mail["From"] = settings.user if "@" in settings.user else f"krampevakt@{address.hostname}"
    mail["To"] = ", ".join(receivers)
    mail["Message-ID"] = f"<{letter.alert.key.replace(':', '.').replace('+', '.')}@krampevakt>"
    mail.set_content("\n\n".join(part for part in (letter.wording.text, letter.seen_url) if part))
    host, context = address.hostname or "", trusted(settings)
    if address.scheme == "smtps":
        with smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT_S, context=context) as server:
            _hand_over(mail, server, settings)
        return
    with smtplib.SMTP(host, address.port or 25, timeout=TIMEOUT_S) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif settings.password:
            raise NotSent(Message("connect.mail_in_the_open", host=host))
        _hand_over(mail, server, settings)


def _hand_over(mail: EmailMessage, server: smtplib.SMTP, settings: ConnectSettings) -> None:
    if settings.user and settings.password:
        server.login(settings.user, settings.password)
    refused = server.send_message(mail)
    if refused:
        raise NotSent(Message("connect.some_refused", who=", ".join(refused)))
