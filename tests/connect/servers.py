"""Real servers of the home network, on this machine: what the messages are sent to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
THREE = datetime(2026, 11, 23, 3, 12, tzinfo=OSLO)
EXPIRED = Path(__file__).with_name("expired.pem")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Received:
    """What a webhook or ntfy server was given. `answers` are the codes it gives, the last one for ever."""

    address: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    bodies: list[dict[str, object]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    authorized: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_server(*answers: int, certificate: Path | None = None, port: int = 0) -> Iterator[Received]:
    got = Received(answers=list(answers) or [200])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = got.answers.pop(0) if len(got.answers) > 1 else got.answers[0]
            if code == 200:
                got.bodies.append(json.loads(body))
                got.paths.append(self.path)
                got.authorized.append(self.headers.get("Authorization", ""))
            self.send_response(code)
            if code == 302:
                self.send_header("Location", got.address + "elsewhere")
            self.end_headers()
            got.arrived.set()

        def do_GET(self) -> None:
            got.paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    got.address = f"{scheme}://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
