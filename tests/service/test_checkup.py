"""The self-test says what in the profile doesn't fit together, in the language of the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skill.languages import Language
from skill.paths import UserPaths, prompts_dir, user_paths
from skill.service.checkup import CheckupFinding, examine
from skill.settings.contradictions import load_contradiction_texts
from skill.settings.file import save
from skill.settings.values import Profile, Settings
from tests.hearing.recognise.onnx.child import SECOND_DECODER_LACKS
from tests.needs import needs_model


@pytest.fixture
def home(tmp_path: Path) -> UserPaths:
    return user_paths(tmp_path)


def on_the_profile(home: UserPaths) -> list[CheckupFinding]:
    """The findings up to the model, which is slow to load and comes later."""
    found = []
    for finding in examine(home, with_devices=False):
        if finding.what == "talemodell":
            break
        found.append(finding)
    return [finding for finding in found if finding.what == "profil"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_profile_that_contradicts_itself_is_told(home: UserPaths, language: Language) -> None:
    profile = Profile(may_stand=True, dizziness=True, lives_alone=True)
    save(home.settings_file, replace(Settings(), language=language, profile=profile))
    texts = load_contradiction_texts(prompts_dir())
    assert on_the_profile(home) == [
        CheckupFinding("profil", "notice", texts["stands_though_unsteady"][language]),
        CheckupFinding("profil", "notice", texts["no_way_to_call"][language]),
    ]


def test_a_profile_that_fits_together_is_well(home: UserPaths) -> None:
    save(home.settings_file, Settings())
    assert [finding.state for finding in on_the_profile(home)] == ["well"]


@needs_model
@pytest.mark.parametrize(
    ("decoder", "state", "told"),
    [
        ("", "well", "(avkodes av Vosk)"),
        ("onnx", "well", "(avkodes av ONNX, kaldi-decoder)"),
        ("kaldi", "bad", "vosk eller onnx"),
    ],
)
def test_it_says_which_decoder_is_in_use(
    home: UserPaths, monkeypatch: pytest.MonkeyPatch, decoder: str, state: str, told: str
) -> None:
    if decoder == "onnx" and SECOND_DECODER_LACKS:
        pytest.skip("krampevakt[second-decoder] is not installed")
    monkeypatch.setenv("KRAMPEVAKT_DECODER", decoder)
    save(home.settings_file, Settings())
    finding = next(each for each in examine(home, with_devices=False) if each.what == "talemodell")
    assert finding.state == state and told in finding.sentence
