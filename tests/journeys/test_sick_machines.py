"""A machine on which something else fails, from the start or in the night: somebody cries, and is helped."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.needs import needs_model
from tests.service.bedside_process import RunningService, recording

pytestmark = needs_model
Started = Callable[..., subprocess.Popen[bytes]]
HELPED = {"episode_started", "step_started", "said"}


@pytest.fixture
def night(tmp_path: Path) -> Path:
    again = [(24.0, "kari", "krampe i leggen")] * 4  # a busy machine may not listen yet at the first
    return recording(tmp_path / "night.wav", [(9.0, "kari", "krampe i leggen"), *again])


@pytest.fixture
def start(tmp_path: Path, night: Path) -> Iterator[Started]:
    """Starts the service with these words before it and these streams; what is left of it is ended."""
    running: list[subprocess.Popen[bytes]] = []

    def started(*before: str, home: Path = tmp_path / "home", **how: object) -> subprocess.Popen[bytes]:
        home.mkdir(parents=True, exist_ok=True)
        command = [*before, sys.executable, "-m", "skill", "--home", str(home), "run", "--port", "0"]
        running.append(subprocess.Popen([*command, "--microphone-file", str(night)], **how))  # type: ignore[call-overload]
        return running[-1]

    yield started
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait(10)


def helped(process: subprocess.Popen[bytes], home: Path) -> None:
    beside = RunningService.beside(home, process)
    beside.wait_for(lambda: set(beside.kinds()) >= HELPED, 150.0)
    assert process.poll() is None
    process.terminate()
    process.wait(60)  # patience for a busy machine; how long a stop takes is a benchmark
    assert [row.text("reason") for row in beside.events() if row.kind == "service_stopped"] == ["asked"]


@pytest.mark.parametrize("ignored", [True, False])
def test_the_terminal_is_gone(ignored: bool, start: Started, tmp_path: Path) -> None:
    """An ssh connection is cut; with nohup, and without."""
    ours, theirs = pty.openpty()
    how = signal.SIG_IGN if ignored else signal.SIG_DFL
    process = start(stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                    preexec_fn=lambda: signal.signal(signal.SIGHUP, how))  # fmt: skip
    os.close(theirs)
    os.read(ours, 100)
    os.close(ours)
    if not ignored:
        process.send_signal(signal.SIGHUP)
    helped(process, tmp_path / "home")


def test_the_pipe_is_closed(start: Started, tmp_path: Path) -> None:
    process = start(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    process.stdout.read(1)
    process.stdout.close()
    helped(process, tmp_path / "home")


def test_nobody_reads_the_pipe(start: Started, tmp_path: Path) -> None:
    """`run | less`: full after 64 kB, and then every line would wait for ever."""
    reading, writing = os.pipe()
    with contextlib.suppress(BlockingIOError):
        os.set_blocking(writing, False)
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)
    process = start(stdout=writing, stderr=writing)
    helped(process, tmp_path / "home")
    os.close(reading)
    os.close(writing)


def test_the_log_disk_is_full(start: Started, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        helped(start(stdout=full, stderr=full), tmp_path / "home")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "ascii"])
def test_a_locale_without_the_letters(encoding: str, start: Started, tmp_path: Path) -> None:
    with (tmp_path / "shown.txt").open("wb") as shown:
        environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"}
        helped(start(stdout=shown, stderr=shown, env=environment), tmp_path / "home")
    assert b"krampevakt" in (tmp_path / "shown.txt").read_bytes()


def test_localhost_has_two_addresses(start: Started, tmp_path: Path) -> None:
    home, hosts = tmp_path / "home", tmp_path / "hosts"
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text('[web]\nhost = "localhost"\n', encoding="utf-8")
    hosts.write_text("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n", encoding="utf-8")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    mounted = f'mount --bind {hosts} /etc/hosts && exec "$@"'
    helped(start("unshare", "-m", "sh", "-c", mounted, "sh"), home)


def test_the_disk_is_full_from_the_first_start(start: Started, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(home)], check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        (home / "data").mkdir()
        with contextlib.suppress(OSError), (home / "fill").open("wb") as fill:
            while True:
                fill.write(bytes(4096))
                fill.flush()
        with (tmp_path / "shown.txt").open("wb") as shown:
            process = start(stdout=shown, stderr=shown)
            beside = RunningService.beside(home, process)
            shows = tmp_path / "shown.txt"
            beside.wait_for(lambda: "krampevakt  " in shows.read_text("utf-8"))  # the answer, with its time
            assert process.poll() is None
            assert "isken er full" in shows.read_text("utf-8") or "minnet" in shows.read_text("utf-8")
    finally:
        process.kill()
        process.wait(10)
        subprocess.run(["umount", "-l", str(home)], check=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_much_is_strange_at_once(start: Started, tmp_path: Path) -> None:
    """Closed streams, pipes for files, somebody's own modules, no home, and folders and a zone that aren't there."""
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home / "config", home / "data", here):
        folder.mkdir(parents=True)
    for name in ("config/settings.toml", "data/personal.json", "data/journal.waiting"):
        os.mkfifo(home / name)
    for name in ("skill", "numpy", "queue", "random"):
        (here / f"{name}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    nowhere = str(tmp_path / "nowhere")
    strange = {"TMPDIR": nowhere, "XDG_RUNTIME_DIR": nowhere, "TZ": "Europe/Nowhere",
               "LC_ALL": "tr_TR.UTF-8", "NOTIFY_SOCKET": nowhere, "PYTHONSAFEPATH": "1"}  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name != "HOME"}
    process = start("sh", "-c", 'ulimit -n 64; umask 077; exec "$@" <&- >&- 2>&-', "sh",
                    cwd=here, env={**kept, **strange})  # fmt: skip
    helped(process, home)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a shell with limits")
def test_no_file_anywhere_takes_another_byte(start: Started) -> None:
    """One disk for all, and it is full: there is no folder for passing files either."""
    process = start("sh", "-c", 'ulimit -f 0; exec "$@"', "sh",
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    patience = threading.Timer(120, process.kill)
    patience.start()
    assert process.stdout is not None
    shown: list[bytes] = []
    for line in process.stdout:
        shown.append(line)
        if b"krampevakt  " in line:
            break
    patience.cancel()
    text = b"".join(shown).decode("utf-8")
    assert "krampevakt  " in text, text
    assert "isken er full" in text
