"""The Debian package: built, unpacked in a folder of its own, its scripts run there. Not installed on this machine."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
SCRIPT = Path(__file__).resolve().parents[1] / ".github/packaging/build_deb.py"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    wheel = folder / "krampevakt-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("skill/__init__.py", "")
    built = runpy.run_path(str(SCRIPT))["build_deb"](wheel, folder, "arm64")
    assert isinstance(built, Path) and built.name == "krampevakt_0.2.0_arm64.deb"
    return built


def asked(*words: object) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def test_it_depends_on_python_venv_and_portaudio(package: Path) -> None:
    assert asked("dpkg-deb", "-f", package, "Depends") == "python3 (>= 3.11), python3-venv, libportaudio2\n"
    assert (
        asked("dpkg-deb", "-f", package, "Version", "Architecture") == "Version: 0.2.0\nArchitecture: arm64\n"
    )


def test_it_brings_the_wheel_the_unit_and_the_command(package: Path, tmp_path: Path) -> None:
    asked("dpkg-deb", "-x", package, tmp_path)
    unit = (tmp_path / "usr/lib/systemd/user/krampevakt.service").read_text("utf-8")
    assert "ExecStart=/opt/krampevakt/bin/krampevakt run --quiet" in unit
    assert (tmp_path / "usr/share/krampevakt/krampevakt-0.2.0-py3-none-any.whl").is_file()
    assert str((tmp_path / "usr/bin/krampevakt").readlink()) == "/opt/krampevakt/bin/krampevakt"


def test_its_scripts_are_shell_that_names_the_wheel(package: Path, tmp_path: Path) -> None:
    asked("dpkg-deb", "-e", package, tmp_path)
    for script in ("postinst", "prerm"):
        asked("sh", "-n", tmp_path / script)
    assert "/usr/share/krampevakt/krampevakt-0.2.0-py3-none-any.whl" in (tmp_path / "postinst").read_text(
        "utf-8"
    )


def test_a_file_that_is_no_wheel_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no wheel"):
        runpy.run_path(str(SCRIPT))["build_deb"](tmp_path / "other-1-py3-none-any.whl", tmp_path, "amd64")
