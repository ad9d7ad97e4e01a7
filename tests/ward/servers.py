"""A real PostgreSQL server of our own, where one is installed: started, frozen, killed and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from tests.connect.servers import free_port


def _program(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next((str(f / name) for f in folders if (f / name).exists()), None)


INITDB, POSTGRES = _program("initdb"), _program("postgres")
LIMIT_S = 60.0


def can_run() -> bool:
    """Its programs and its driver are here, and somebody who may run it."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return bool(INITDB and POSTGRES) and (os.geteuid() != 0 or _user() is not None)


def _user() -> str | None:
    """It refuses to run as root."""
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    except KeyError:
        return None


class PostgresServer:
    """One cluster in a folder of its own."""

    def __init__(self) -> None:
        self._user = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="krampevakt-ward-"))
        if self._user:
            shutil.chown(self.folder, self._user)
        self.port = free_port()
        self._run(
            [str(INITDB), "-D", str(self.folder / "data"), "-U", "ward", "--auth=trust", "-E", "UTF8", "-N"]
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://ward@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        words = [str(POSTGRES), "-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1",
                 "-k", str(self.folder)]  # fmt: skip
        self.process = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self._user, cwd=self.folder,
            start_new_session=True,
        )  # fmt: skip
        until_s = time.monotonic() + LIMIT_S
        engine = create_engine(self.url)
        while True:
            try:
                with engine.connect() as db:
                    db.execute(text("SELECT 1"))
                break
            except SQLAlchemyError:
                assert time.monotonic() < until_s
                time.sleep(0.1)
        engine.dispose()

    def kill(self) -> None:
        """As a power cut would, with all its processes."""
        assert self.process is not None
        self._send(signal.SIGKILL)
        self.process.wait(20)

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, sign: signal.Signals) -> None:
        """To the server and to each of its connections, which are process groups of their own."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(self.process.pid)
            for each in (server, *server.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.send_signal(sign)

    def empty(self) -> None:
        engine = create_engine(self.url)
        with engine.begin() as db:
            db.execute(text("DROP SCHEMA public CASCADE"))
            db.execute(text("CREATE SCHEMA public"))
        engine.dispose()

    def close(self) -> None:
        self.thaw()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, words: list[str]) -> None:
        subprocess.run(words, check=True, capture_output=True, user=self._user, cwd=self.folder)
