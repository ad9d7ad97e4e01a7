"""A Debian package of one wheel: python3 .github/packaging/build_deb.py WHEEL [FOLDER]

The package holds the wheel, the systemd user unit and /usr/bin/krampevakt; it depends on Python, venv and PortAudio.
At installation `postinst` makes a virtual environment in /opt/krampevakt and installs the wheel there with pip, which
fetches the pinned dependencies: that once needs a network, the nights don't. Below another root it goes by $DPKG_ROOT,
see dpkg(1). Architectures: those of libvosk's wheels.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from skill.commands.machine.unit import unit_text

ENVIRONMENT = "/opt/krampevakt"
CONTROL = """\
Package: krampevakt
Version: {version}
Section: misc
Priority: optional
Architecture: {architecture}
Maintainer: Krampevakt <krampevakt@localhost>
Depends: python3 (>= 3.11), python3-venv, libportaudio2
Recommends: pipewire-audio | pulseaudio
Description: voice assistant for leg cramps at night, in Norwegian
 Leads a person out of a nocturnal leg cramp, by voice, offline. Not approved by a health professional.
 Its Python dependencies are fetched by pip when the package is configured.
"""
POSTINST = """\
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    python3 -m venv --clear "$DPKG_ROOT{environment}"
    "$DPKG_ROOT{environment}/bin/python3" -m pip install --quiet "$DPKG_ROOT/usr/share/krampevakt/{wheel}"
fi
"""
PRERM = """\
#!/bin/sh
set -e
rm -rf "$DPKG_ROOT{environment}"
"""


def build_deb(wheel: Path, folder: Path, architecture: str) -> Path:
    """Write krampevakt_VERSION_ARCHITECTURE.deb into ``folder``. Raises ValueError for what is no wheel of ours."""
    parts = wheel.name.split("-")
    if parts[0] != "krampevakt" or wheel.suffix != ".whl" or not wheel.is_file():
        raise ValueError(f"{wheel} is no wheel of krampevakt")
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        _write(root / "DEBIAN/control", CONTROL.format(version=parts[1], architecture=architecture))
        _write(root / "DEBIAN/postinst", POSTINST.format(environment=ENVIRONMENT, wheel=wheel.name), 0o755)
        _write(root / "DEBIAN/prerm", PRERM.format(environment=ENVIRONMENT), 0o755)
        _write(root / "usr/lib/systemd/user/krampevakt.service", unit_text(f"{ENVIRONMENT}/bin/krampevakt"))
        (root / "usr/share/krampevakt").mkdir(parents=True, mode=0o755)
        shutil.copyfile(wheel, root / "usr/share/krampevakt" / wheel.name)
        (root / "usr/bin").mkdir()
        (root / "usr/bin/krampevakt").symlink_to(f"{ENVIRONMENT}/bin/krampevakt")
        out = folder / f"krampevakt_{parts[1]}_{architecture}.deb"
        root.chmod(0o755)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, out], check=True, capture_output=True)
    return out


def _write(file: Path, text: str, mode: int = 0o644) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(mode)


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("wheel", type=Path)
    told.add_argument("folder", type=Path, nargs="?", default=Path())
    told.add_argument("--architecture", choices=["amd64", "arm64"], default="amd64")
    given = told.parse_args()
    print(build_deb(given.wheel, given.folder, given.architecture))
