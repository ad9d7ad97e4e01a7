"""Measuring, proved on whistles: what comes out is known beforehand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from models.measuring.decoders.vosk import Decoder, Job
from models.measuring.disturbance import Disturbance
from models.measuring.evaluate import Plan, closed_sets, measure, with_words_of
from models.measuring.figures import Share, events_per_hour, most_confused, quantile
from models.measuring.recordings import Clip, read_manifest
from models.measuring.report import show, to_json
from models.measuring.spelling import nearest
from models.measuring.tasks import choices
from skill.edit_distance import edit_distance
from skill.errors import ModelError
from skill.model.build import build
from skill.model.folder import Folder
from skill.model.phrase_lists import PhraseList
from tests.model.whistles import HISS, LEXICON, sound, word_sound, write_base, write_wav

WORDS = [word for word in LEXICON if word != "mei"]


def manifest(folder: Path, rows: Sequence[tuple[str, str, str]]) -> Path:
    """Wav files and their manifest; the third column is whistled, a word if it is a word of the lexicon."""
    lines = ["file\ttranscript\tkind\tspeaker"]
    for name, transcript, whistled in rows:
        write_wav(folder / name, sound(LEXICON.get(whistled, [whistled])[0]))
        lines.append(f"{name}\t{transcript}\tsynthetic\twhistler")
    (folder / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "manifest.tsv"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    folder = tmp_path_factory.mktemp("words")
    return read_manifest(manifest(folder, [(f"one/{w}.wav", w, w) for w in WORDS]))


PHRASES = PhraseList("two", ("kam is", "is kam", "me"), {"kam is": "a", "is kam": "b", "me": "a"})


@pytest.fixture(scope="module")
def phrases(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    rows = [("p/1.wav", "kam is", "k ɑ m i s"), ("p/2.wav", "is kam", "i s  k ɑ m"), ("p/3.wav", "me", "me")]
    rows += [
        ("p/4.wav", "kam is", "i s k ɑ m"),
        ("p/5.wav", "me", "k ɑ m i s"),
        ("p/6.wav", "me", " ".join([HISS] * 3)),
    ]
    return read_manifest(manifest(tmp_path_factory.mktemp("phrases"), rows))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    hiss = " ".join([HISS] * 5)
    rows = [("t/hiss.wav", "", hiss), ("t/slip.wav", "", f"{hiss}   m e")]
    return read_manifest(manifest(tmp_path_factory.mktemp("talk"), rows))


def test_whistled_words_are_all_right_in_closed_sets(whistled_model: Path, words: list[Clip]) -> None:
    (found,) = closed_sets(Decoder(whistled_model), words, 5, 1, {}, lambda _done: None)
    assert (found.group, found.n) == ("one", 5)
    assert found.right == found.whole == Share(len(WORDS), len(WORDS))
    assert found.mistakes == ()
    assert 0 < found.cost.ratio < 1


def test_a_wrong_transcript_is_a_mistake_with_what_was_heard(whistled_model: Path, tmp_path: Path) -> None:
    clips = read_manifest(manifest(tmp_path, [("x/1.wav", "kam", "seks"), ("x/2.wav", "seks", "seks")]))
    (found,) = closed_sets(Decoder(whistled_model), clips, 2, 1, {}, lambda _done: None)
    assert found.right == Share(1, 2)
    assert [(m.file, m.said, m.heard) for m in found.mistakes] == [("x/1.wav", "kam", "seks")]


def test_sets_depend_only_on_seed_and_file(words: list[Clip]) -> None:
    vocabulary = set(LEXICON)
    some = choices(words, 4, 1, vocabulary)
    again = choices(list(reversed(words)), 4, 1, vocabulary)
    assert {c.clip: c.candidates for c in some} == {c.clip: c.candidates for c in again}
    assert [c.candidates for c in some] != [c.candidates for c in choices(words, 4, 2, vocabulary)]
    for choice in some:
        assert choice.clip.transcript in choice.candidates and len(set(choice.candidates)) == 4


def test_what_the_model_can_not_say_is_left_out_and_told(whistled_model: Path, tmp_path: Path) -> None:
    clips = read_manifest(manifest(tmp_path, [("x/1.wav", "krampe", "kam"), ("x/2.wav", "kam", "kam")]))
    report = measure(Decoder(whistled_model), Plan(clips, ns=[2]))
    assert report.outside == ("krampe",)
    assert report.closed_sets[0].right == Share(1, 1)


def test_a_copy_can_know_the_words_of_the_manifest(whistled_base: Path, tmp_path: Path) -> None:
    clips = read_manifest(manifest(tmp_path, [("x/1.wav", "sak me", "s ɑ k  m e")]))
    model = with_words_of(whistled_base, clips, tmp_path / "model")
    assert "sak_me" in Folder(model).words
    assert measure(Decoder(model), Plan(clips, ns=[2])).closed_sets[0].right == Share(1, 1)


def test_a_grammar_is_judged_by_meaning(whistled_model: Path, phrases: list[Clip], talk: list[Clip]) -> None:
    (found,) = measure(Decoder(whistled_model), Plan(phrases, talk, grammars=[PHRASES])).grammars
    # 1, 2, 3 as said; 4 has the other meaning; 5 another phrase of the same meaning; 6 nothing
    assert found.right == Share(4, 6)
    assert found.wrong == Share(1, 6)
    assert [(m.file, m.said, m.heard) for m in found.mistakes] == [
        ("p/4.wav", "kam is", "is kam"),
        ("p/6.wav", "me", "–"),
    ]
    assert found.confused == (("kam is", "is kam", 1), ("me", "–", 1))
    assert [(m.file, m.heard) for m in found.false_accepts] == [("t/slip.wav", "[unk] | me")]
    assert 3600 * found.talk_hours == pytest.approx(3.05 + 3.95, abs=0.01)


def test_phrases_come_to_an_end_in_silence(whistled_model: Path, phrases: list[Clip]) -> None:
    (found,) = measure(Decoder(whistled_model), Plan(phrases, grammars=[PHRASES])).grammars
    assert found.never_final == 0
    assert found.final_within == Share(5, 5)  # the conf file of the whistles ends an utterance after 0.3 s
    assert 0.2 < found.final_after_p50_s < 0.8


def test_the_curve_moves_miss_against_false_accept(
    whistled_model: Path, phrases: list[Clip], talk: list[Clip]
) -> None:
    plan = Plan(phrases[:2], talk, grammars=[PHRASES], unknown_costs=(-50.0, 0.5, 500.0))
    strict, shipped, lax = measure(Decoder(whistled_model), plan).curves["two"]
    assert strict.missed.count > shipped.missed.count == 0
    assert strict.false_accepts <= shipped.false_accepts <= lax.false_accepts
    assert lax.false_accepts > strict.false_accepts


def test_noise_makes_it_worse(whistled_model: Path, words: list[Clip]) -> None:
    drowned = Decoder(whistled_model, Disturbance(snr_db=-20))
    (found,) = closed_sets(drowned, words, 5, 1, {}, lambda _done: None)
    assert found.right.count < len(WORDS) // 2


def test_two_processes_hear_the_same_in_the_same_order(whistled_model: Path, words: list[Clip]) -> None:
    jobs = [Job(clip, tuple(WORDS)) for clip in words * 6]
    heard = Decoder(whistled_model, processes=2).decode(jobs)
    assert [h.words for h in heard] == [clip.transcript for clip in words * 6]


def test_an_unusable_clip_is_reported_and_the_others_go_on(whistled_model: Path, tmp_path: Path) -> None:
    clips = read_manifest(manifest(tmp_path, [("x/1.wav", "kam", "kam"), ("x/2.wav", "me", "me")]))
    write_wav(clips[0].path, word_sound("kam"), rate_hz=8000)
    report = measure(Decoder(whistled_model), Plan(clips, ns=[2]))
    assert report.closed_sets[0].right == Share(1, 2)
    (fault,) = report.faults
    assert "8000 samples a second" in fault.fault and fault.said == "kam"


@pytest.mark.parametrize(("grammar", "sentence"), [((), "A grammar is empty"), (("bær",), "«bær» is not in")])
def test_grammars_that_libvosk_would_crash_on_are_refused(
    grammar: tuple[str, ...], sentence: str, whistled_model: Path, words: list[Clip]
) -> None:
    with pytest.raises(ModelError, match=sentence):
        Decoder(whistled_model).decode([Job(words[0], grammar)])


def test_the_report_can_be_read_by_people_and_programs(
    whistled_model: Path, phrases: list[Clip], talk: list[Clip]
) -> None:
    report = measure(Decoder(whistled_model), Plan(phrases, talk, [3], 1, [PHRASES], (0.5,)))
    read = json.loads(to_json(report))
    assert read["grammars"][0]["right"] == {"count": 4, "of": 6, "share": 0.6667, "interval": [0.3, 0.9032]}
    console = Console(record=True, width=200)
    show(report, console)
    text = console.export_text()
    assert "66.7 % [30, 90] of 6" in text and "kam is → is kam (1)" in text and "t/slip.wav" in text


# --- small figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "total", "low", "high"), [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (87, 100, 0.790, 0.922)]
)
def test_wilson_interval(count: int, total: int, low: float, high: float) -> None:
    assert Share(count, total).interval == pytest.approx((low, high), abs=0.001)


def test_nothing_counted_says_so() -> None:
    assert str(Share(0, 0)) == "–" and Share(0, 0).interval == (0.0, 1.0)


def test_no_event_still_has_an_upper_bound() -> None:
    rate, upper = events_per_hour(0, 24)
    assert rate == 0 and upper == pytest.approx(3.0 / 24, rel=0.01)  # the rule of three
    assert events_per_hour(2, 1.0)[1] == pytest.approx(7.22, abs=0.01)


def test_quantiles_and_confusions() -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert quantile([5.0], 0.95) == 5.0
    assert most_confused([("a", "b"), ("a", "c"), ("a", "b")]) == [("a", "b", 2), ("a", "c", 1)]


def test_a_free_transcript_is_held_to_the_nearest_phrase() -> None:
    assert edit_distance("krampe", "krampa") == 1
    assert nearest("Kramper i legen.", ["krampe i leggen", "krampe i låret", "ja"]) == "krampe i leggen"
    assert nearest("", ["ja", "nei"]) == "ja"


# --- libvosk failing ------------------------------------------------------------------------------------


def test_a_crash_of_libvosk_is_reported_for_its_clip(words: list[Clip], tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", deaf_to_the_last=True)
    build(["kam", "me"], [], base, tmp_path / "model")
    heard = Decoder(tmp_path / "model").decode([Job(words[0], ("kam", "me")), Job(words[1], ("kam", "me"))])
    assert [h.fault for h in heard] == ["libvosk crashed (signal 6)"] * 2


def test_a_model_that_libvosk_can_not_load_is_one_sentence(
    whistled_model: Path, words: list[Clip], tmp_path: Path
) -> None:
    model = Path(shutil.copytree(whistled_model, tmp_path / "model"))
    with (model / "conf/model.conf").open("a") as conf:
        conf.write("--no-such-option=1\n")
    with pytest.raises(ModelError, match="libvosk can't load"):
        Decoder(model).decode([Job(words[0], ("kam",))])
