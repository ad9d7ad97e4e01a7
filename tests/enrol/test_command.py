"""`krampevakt enrol`: nothing is stored of what can't be used, and what is stored is gone when it is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result

from skill.audio.samples import RATE_HZ, Samples
from skill.cli import main
from skill.commands.bedside.enrol import enrol
from skill.enrol.keeping import keep
from skill.enrol.reading_aloud import ROUNDS, ReadingAloud, asked_for, read_aloud
from skill.enrol.readings import Readings
from skill.enrol.takes import EnrolmentRefused
from skill.errors import AudioError
from skill.hearing.personal import Personal, read_personal
from skill.journal.keeping.erase import erase_everything
from skill.paths import UserPaths, user_paths
from tests.enrol.conftest import in_a_bedroom, read_by
from tests.hearing.speech import pause, rendered
from tests.messages.in_english import raises_in_english

LEARNED = Personal(0.2, 0.0, 0.1, {"krampe i leggen": (("k", "r"),)})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UserPaths:
    monkeypatch.setenv("KRAMPEVAKT_HOME", str(tmp_path / "home"))
    return user_paths()


def run(*words: str) -> Result:
    return CliRunner().invoke(enrol, words)


def test_a_recording_of_silence_stores_nothing(
    home: UserPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = read_by("nb+f4", tmp_path / "person")
    soundfile.write(folder / "krampe_i_foten_1.wav", pause(2.0), RATE_HZ)
    with pytest.raises(SystemExit) as ended:
        main(["enrol", "--from", str(folder)])
    assert ended.value.code == 1
    assert "helt stille" in capsys.readouterr().err
    assert not home.personal_file.exists()


def test_a_whole_enrolment_tells_what_it_compared_and_stores_only_a_gain(
    home: UserPaths, tmp_path: Path
) -> None:
    folder = read_by("fr+f2", tmp_path / "person", ("krampe i leggen", "krampe i foten"))
    done = run("--from", str(folder))
    assert done.exit_code == 0, done.output
    assert "av 8 hørt før" in " ".join(done.output.split())
    learned = read_personal(home.personal_file)
    assert (learned != Personal()) == ("Det er lagret" in " ".join(done.output.split()))


def test_forgetting(home: UserPaths) -> None:
    keep(home.personal_file, LEARNED)
    assert read_personal(home.personal_file) == LEARNED
    assert "er slettet" in " ".join(run("--forget").output.split())
    assert read_personal(home.personal_file) == Personal()
    assert "ikke lært noe" in " ".join(run("--forget").output.split())


def test_erase_takes_it_along(home: UserPaths) -> None:
    keep(home.personal_file, LEARNED)
    assert erase_everything(home) == ()
    assert not home.personal_file.exists()


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises_in_english(AudioError, "could not be written"):
        keep(tmp_path / "file" / "personal.json", LEARNED)


class Reader:
    """A person at the microphone: says what is asked for, or holds their tongue."""

    def __init__(self, readings: Readings, silent: tuple[str, ...] = ()) -> None:
        self._asked = [each.phrase for each in asked_for(readings)]
        self._silent = silent
        self._again = 0
        self.told: list[str] = []

    def record(self, seconds: float, started: object) -> Samples:
        del started  # it speaks at once
        phrase = self._asked[0]
        if phrase in self._silent and self._again < 2:
            self._again += 1
            return pause(seconds)
        self._again = 0
        del self._asked[0]
        return pause(seconds) if phrase in self._silent else in_a_bedroom(rendered(phrase, "nb+f4"))


def test_read_aloud_in_rounds_and_what_stays_silent_is_left_out(readings: Readings) -> None:
    reader, rounds, told = Reader(readings, ("nei",)), list[int](), list[str]()
    takes = read_aloud(ReadingAloud(readings), reader, told.append, lambda: rounds.append(len(told)))
    assert len(rounds) == len(ROUNDS)
    said = [take.text for take in takes]
    assert said.count("krampe i leggen") == len(ROUNDS)
    assert "nei" not in said
    assert sum("hoppes over" in sentence for sentence in told) == len(ROUNDS)


def test_whoever_says_nothing_is_told_so(readings: Readings) -> None:
    reader = Reader(readings, (*readings.start, *readings.answers, *readings.other))
    with raises_in_english(EnrolmentRefused, "only 0 usable"):
        read_aloud(ReadingAloud(readings), reader, lambda _: None, lambda: None)
