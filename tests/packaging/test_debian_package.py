"""The Debian package: built, then installed by dpkg below a folder of its own, and removed again."""

from __future__ import annotations

import hashlib
import os
import runpy
import shutil
import subprocess
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or shutil.which("dpkg") is None, reason="dpkg is not installed"
)
SCRIPT = Path(__file__).resolve().parents[2] / ".github/packaging/build_deb.py"
WHEEL = "krampevakt-0.2.0-py3-none-any.whl"
NEEDED = {"python3": "3.11.2-1", "python3-venv": "3.11.2-1", "libportaudio2": "19.6.0-1"}


def small_wheel(folder: Path) -> Path:
    """A wheel of our name with one command and no dependencies, so that pip needs no network."""
    files = {
        "skill/__init__.py": "def main():\n    print('krampevakt')\n",
        "krampevakt-0.2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: krampevakt\nVersion: 0.2.0\n",
        "krampevakt-0.2.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "krampevakt-0.2.0.dist-info/entry_points.txt": "[console_scripts]\nkrampevakt = skill:main\n",
    }
    record = "".join(f"{name},sha256={_hash(text)},{len(text)}\n" for name, text in files.items())
    files["krampevakt-0.2.0.dist-info/RECORD"] = record + "krampevakt-0.2.0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(folder / WHEEL, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return folder / WHEEL


def _hash(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def asked(*words: object) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    machine = asked("dpkg", "--print-architecture").strip()
    built = runpy.run_path(str(SCRIPT))["build_deb"](small_wheel(folder), folder, machine)
    assert isinstance(built, Path)
    return built


class Machine:
    """A folder that dpkg takes for a whole system, with these packages installed."""

    def __init__(self, root: Path, installed: Sequence[str]) -> None:
        self.root = root
        for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/log"):
            (root / name).mkdir(parents=True)
        (root / "var/lib/dpkg/status").write_text("".join(
            f"Package: {name}\nStatus: install ok installed\nArchitecture: all\nMaintainer: m\n"
            f"Version: {NEEDED[name]}\nDescription: d\n\n"
            for name in installed
        ))  # fmt: skip

    def dpkg(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = ("dpkg", f"--root={self.root}", f"--log={self.root}/var/log/dpkg.log", "--force-not-root",
                   "--force-script-chrootless", *map(str, words))  # fmt: skip
        environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "PIP_NO_INDEX": "1"}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_it_depends_on_python_venv_and_portaudio(package: Path) -> None:
    assert asked("dpkg-deb", "-f", package, "Depends") == "python3 (>= 3.11), python3-venv, libportaudio2\n"
    assert asked("dpkg-deb", "-f", package, "Version") == "0.2.0\n"


def test_installed_its_command_runs_and_removed_nothing_is_left(package: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path, tuple(NEEDED))
    done = machine.dpkg("-i", package)
    assert done.returncode == 0, done.stderr
    command = tmp_path / "opt/krampevakt/bin/krampevakt"
    assert asked(command) == "krampevakt\n"
    assert str((tmp_path / "usr/bin/krampevakt").readlink()) == "/opt/krampevakt/bin/krampevakt"
    assert machine.dpkg("-r", "krampevakt").returncode == 0
    assert not (tmp_path / "opt/krampevakt").exists()
    assert not (tmp_path / "usr/share/krampevakt").exists()


def test_without_portaudio_it_is_not_configured(package: Path, tmp_path: Path) -> None:
    done = Machine(tmp_path, ("python3", "python3-venv")).dpkg("-i", package)
    assert done.returncode != 0
    assert "libportaudio2" in done.stderr
    assert not (tmp_path / "opt/krampevakt").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_its_unit(package: Path, tmp_path: Path) -> None:
    """With a command that there is: systemd looks whether it can be run."""
    asked("dpkg-deb", "-x", package, tmp_path)
    unit = tmp_path / "usr/lib/systemd/user/krampevakt.service"
    text = unit.read_text("utf-8")
    assert "ExecStart=/opt/krampevakt/bin/krampevakt run --quiet" in text
    unit.write_text(text.replace("/opt/krampevakt/bin/krampevakt", "/bin/true"), "utf-8")
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_LEVEL": "warning"}
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "krampevakt" in line] == []


def test_a_file_that_is_no_wheel_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no wheel"):
        runpy.run_path(str(SCRIPT))["build_deb"](tmp_path / "other-1-py3-none-any.whl", tmp_path, "amd64")
