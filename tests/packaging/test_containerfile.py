"""The Containerfile, as far as that can be told without an engine: it names what there is, and keeps to itself."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.cli import cli
from skill.paths import user_paths
from skill.settings.values import Settings
from tests.packaging.test_debian_package import WHEEL

FILE = Path(__file__).resolve().parents[2] / ".github/packaging/Containerfile"


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its words, lines that go on joined."""
    whole = re.sub(r"\\\n", " ", FILE.read_text("utf-8"))
    lines = [line for line in whole.splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def all_of(name: str) -> list[str]:
    return [words for each, words in instructions() if each == name]


def installed() -> list[str]:
    (wanted,) = re.findall(r"--no-install-recommends ([a-z0-9 +-]+?) *&&", all_of("RUN")[0])
    return wanted.split()


def test_it_stands_on_one_release_of_one_distribution() -> None:
    (base,) = all_of("FROM")
    assert re.fullmatch(r"debian:\d+-slim", base)


def test_what_it_runs_is_shell() -> None:
    assert "libportaudio2" in installed()
    for script in all_of("RUN"):
        subprocess.run(["sh", "-n", "-c", script], check=True)


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="no Debian")
def test_its_packages_are_debian_s() -> None:
    unknown = [
        name for name in installed()
        if subprocess.run(["apt-cache", "show", name], capture_output=True, check=False).returncode
    ]  # fmt: skip
    if "libportaudio2" in unknown:
        pytest.skip("the lists of packages were not fetched")
    assert unknown == []


def test_the_wheel_that_is_built_is_the_one_that_it_takes() -> None:
    (source,) = {words.split()[0] for words in all_of("COPY")}
    assert Path(WHEEL).match(source)


def test_its_nights_lie_in_the_volume_and_not_with_root(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = dict(pair.split("=", 1) for pair in shlex.split(all_of("ENV")[0]))
    monkeypatch.setenv("KRAMPEVAKT_HOME", variables["KRAMPEVAKT_HOME"])
    paths = user_paths()
    (volume,) = all_of("VOLUME")
    assert all(Path(volume) in folder.parents for folder in (paths.config, paths.data, paths.cache))
    assert all_of("USER") == ["1000"]
    assert variables["XDG_RUNTIME_DIR"] in FILE.read_text("utf-8").split("pipewire-0:")[1]


def test_what_it_starts_is_a_command_of_ours() -> None:
    (command,) = (json.loads(words) for words in all_of("CMD"))
    assert CliRunner().invoke(cli, [*command, "--help"]).exit_code == 0
    assert json.loads(all_of("ENTRYPOINT")[0])[0].endswith("/bin/krampevakt")


def test_its_health_is_asked_where_the_pages_are() -> None:
    (check,) = all_of("HEALTHCHECK")
    script = json.loads(check[check.index("[") :])[2]
    compile(script, "healthcheck", "exec")
    assert f":{Settings().web.port}/healthz" in script
