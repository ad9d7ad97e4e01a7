"""What may be heard, and what it means."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.phrases import PhraseBook, load_phrases, read_phrases
from skill.content.toml_file import read_toml
from skill.errors import ContentError
from skill.events import Intent
from skill.paths import prompts_dir

LANGUAGES = ("nb", "nn", "en")

ATTESTED_STARTS = """krampe i leggen, kramper i leggen, leggkrampe, leggkramper, nattlige leggkramper, kramper i bena,
kramper i beina, muskelkramper, krampe i foten, krampe i låret, krampe i legger og føtter, krampe i
begge leggene, jeg har krampe, jeg får krampe, fullstendig krampe, leggen låser seg, leggen er hard
som stein, muskelen knyter seg, det hugget til i leggen, det hugget til i leggene, vondt i leggen,
smerter i leggen"""

COMPOSED_STARTS = """au leggen, å leggen, krampa er her, nå kom krampa, krampa tar meg,
det knyter seg, det strammer, det
drar seg sammen, foten låser seg, tærne krøller seg, hjelp krampe, hjelp meg, vondt i tykkleggen,
krampe igjen, det er krampa igjen, kramp i leggen, krampe i tjukkleggen"""

BY_AREA = """æ har fått krampe i leggen, æ har krampe i foten, æ har krampe i leggen, æ fikk krampe, e har krampe
i leggen, e fikk krampa, ej he krampe i leggen, ej fekk krampe, eg har krampe i leggen, eg har fått
krampe i leggen, eg fekk krampe, krampar i leggane, leggkrampe om natta, je har krampe, e har fått
krampe, i har krampe i leggen"""

CONTROL = {
    "next": "neste, videre, gå videre, klar, klart",
    "done": "ferdig",
    "repeat": "igjen, en gang til, ein gong til, om igjen, gjenta, hva sa du, ka sa du, høyrer ikkje, "
    "hører ikke, hæ, hva",
    "stop": "stopp, slutt, hold opp, avbryt, slå av, skru av, kanseller, ti stille",
    "wait": "vent, pause",
    "slower": "saktere",
    "louder": "snakk høyere, skru opp",
    "softer": "snakk lavere, skru ned",
    "false_start": "feil, ikke krampe, det var ikke meg",
    "help": "hjelp",
    "call": "ring",
}

STATE = {
    "better": "bedre, betre, det går over, det løsner, det gir seg",
    "a_little_better": "litt bedre",
    "not_better": "ikke bedre, ikke ennå, det hjelper ikke, det hjelper ikkje",
    "same": "like vondt, samme, som før",
    "worse": "verre",
    "pain": "det gjør vondt",
    "over": "det gikk over, det gjekk over, det er borte, det slapp, den er borte, krampa er vekk, "
    "det er slutt",
    "came_back": "det kom tilbake",
}

ANSWERS = {
    "yes": "ja, jo, jada, joda, jepp, jau, javisst, mm, stemmer, ok, greit",
    "no": "nei, neida, næi, nope, ikke, ikkje, ikje, itj, inkje",
    "unsure": "nja, kanskje, vet ikke, veit ikkje, litt, sånn passe",
}

ALARMS = """får ikke puste, får ikkje puste, får itj pust, vondt i brystet, trykker i brystet, strammer i
brystet, hoster blod, ansiktet henger, klarer ikke snakke, hele kroppen rister, han svarer ikke, hun
svarer ikke, trykk i brystet"""

CUES = "tung pust, svimmel, besvimte, slo hodet, hovent, rødt, varmt, nummen, kald fot, lam, blod"


def listed(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(",")]


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request: pytest.FixtureRequest) -> PhraseBook:
    return load_phrases(prompts_dir(), request.param)


@pytest.fixture(scope="module")
def bokmaal() -> PhraseBook:
    return load_phrases(prompts_dir(), "nb")


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- the shipped phrases ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("phrase", listed(ATTESTED_STARTS) + listed(COMPOSED_STARTS) + listed(BY_AREA))
def test_every_start_phrase_is_live_in_idle(language: str, phrase: str) -> None:
    meaning = load_phrases(prompts_dir(), language).meaning(phrase, "idle")
    assert meaning is not None
    assert meaning.name in ("cramp", "confirm_cramp", "help")


@pytest.mark.parametrize(
    "name, phrase",
    [(name, p) for table in (CONTROL, STATE, ANSWERS) for name, text in table.items() for p in listed(text)],
)
def test_every_listed_phrase_has_its_meaning_somewhere(bokmaal: PhraseBook, name: str, phrase: str) -> None:
    assert phrase in {p.text for p in bokmaal.of_intent(name)}


@pytest.mark.parametrize("phrase", listed(ALARMS))
def test_every_alarm_phrase_is_live_everywhere_while_its_own_question_is_not_asked(
    bokmaal: PhraseBook, phrase: str
) -> None:
    dead = {name for name in bokmaal.grammars if bokmaal.meaning(phrase, name) is None}
    assert dead <= {"speaking_chest", "speaking_breath"}
    assert len(dead) <= 1


@pytest.mark.parametrize("phrase", listed(CUES))
def test_a_single_danger_word_only_asks_and_never_starts_anything(bokmaal: PhraseBook, phrase: str) -> None:
    assert bokmaal.meaning(phrase, "idle") is None
    meaning = bokmaal.meaning(phrase, "hold")
    assert meaning is not None and meaning.name == "cue"


@pytest.mark.parametrize(
    "phrase, name",
    [
        ("krampeanfall", "seizure_word"),
        ("krampetrekninger", "seizure_word"),
        ("han har kramper", "other_cramp"),
        ("hele kroppen rister", "alarm"),
        ("krampe i magen", "stomach"),
        ("vondt i brystet", "alarm"),
    ],
)
def test_decoys_start_no_stretch(bokmaal: PhraseBook, phrase: str, name: str) -> None:
    meaning = bokmaal.meaning(phrase, "idle")
    assert meaning is not None and meaning.name == name


def test_a_partner_who_says_where_the_cramp_is_raises_no_alarm(bokmaal: PhraseBook) -> None:
    assert bokmaal.meaning("han har krampe i leggen", "idle") == Intent("other_cramp", "partner")


def test_the_place_comes_with_the_start(bokmaal: PhraseBook) -> None:
    assert bokmaal.meaning("krampe i leggen", "idle") == Intent("cramp", "calf")
    assert bokmaal.meaning("krampe i foten", "idle") == Intent("cramp", "foot")
    assert bokmaal.meaning("jeg har krampe", "idle") == Intent("cramp", "")


def test_soft_and_one_word_starts_are_confirmed_first(bokmaal: PhraseBook) -> None:
    for phrase in ("krampe", "det strammer", "det drar seg sammen", "det knyter seg", "vondt i leggen"):
        meaning = bokmaal.meaning(phrase, "idle")
        assert meaning is not None and meaning.name == "confirm_cramp"


def test_the_word_that_the_farewell_teaches_means_that_it_is_back(bokmaal: PhraseBook) -> None:
    assert bokmaal.meaning("krampe", "aftercare") == Intent("came_back")


def test_only_ja_jo_and_jau_are_a_clear_yes(bokmaal: PhraseBook) -> None:
    clear = {p.text for p in bokmaal.of_intent("yes") if p.intent.value == "clear"}
    weak = {p.text for p in bokmaal.of_intent("yes") if p.intent.value == "weak"}
    assert clear == {"ja", "jo", "jau"}
    assert weak == {"mm", "ok", "greit"}


def test_a_little_is_told_apart_from_not_knowing(bokmaal: PhraseBook) -> None:
    assert bokmaal.meaning("litt", "yes_no") == Intent("unsure", "little")
    assert bokmaal.meaning("litt", "better") == Intent("a_little_better")


def test_dialect_no_is_not_the_english_no(bokmaal: PhraseBook) -> None:
    for grammar in bokmaal.grammars:
        assert bokmaal.meaning("no", grammar) is None  # it means "now"
        assert bokmaal.meaning("itte", grammar) is None  # it mostly means "after"
        assert bokmaal.meaning("høyere", grammar) is None  # too near "høyre"


def test_the_end_word_is_not_the_end_of_the_cramp(bokmaal: PhraseBook) -> None:
    assert bokmaal.meaning("slutt", "hold") == Intent("stop")
    assert bokmaal.meaning("det er slutt", "hold") == Intent("over")


def test_a_bare_cry_is_no_answer(bokmaal: PhraseBook) -> None:
    for grammar in bokmaal.grammars:
        assert bokmaal.meaning("au", grammar) is None
        assert bokmaal.meaning("å nei", grammar) is None


@pytest.mark.parametrize("phrase", ["sendrag", "sinadrått", "legghogg", "tyggen"])
def test_words_that_are_not_verified_norwegian_are_left_out(bokmaal: PhraseBook, phrase: str) -> None:
    assert not any(phrase in p.words for p in bokmaal.phrases)


# --- every language --------------------------------------------------------------------------------------


def test_stop_and_the_alarms_are_live_in_every_class(book: PhraseBook) -> None:
    values = {p.intent.value for p in book.of_intent("alarm")}
    for grammar in book.grammars:
        names = {p.intent.name for p in book.live(grammar)}
        assert {"stop", "alarm"} <= names
        live_values = {p.intent.value for p in book.live(grammar) if p.intent.name == "alarm"}
        missing = values - live_values
        assert missing == {"speaking_chest": {"chest"}, "speaking_breath": {"breath"}}.get(grammar, set())


def test_while_it_speaks_only_stop_alarms_help_and_the_voice_itself_can_be_heard(book: PhraseBook) -> None:
    names = {p.intent.name for p in book.live("speaking")}
    assert names == {"alarm", "stop", "help", "slower", "louder", "softer", "repeat"}
    assert names - {p.intent.name for p in book.live("speaking_help")} == {"help"}


def test_an_alarm_phrase_has_at_least_two_words(book: PhraseBook) -> None:
    assert all(len(p.words) >= 2 for p in book.of_intent("alarm"))


def test_every_text_stands_once_in_a_class(book: PhraseBook) -> None:
    for grammar in book.grammars:
        texts = [p.text for p in book.live(grammar)]
        assert len(texts) == len(set(texts))


def test_every_number_can_be_answered(book: PhraseBook) -> None:
    values = {p.intent.value for p in book.live("number") if p.intent.name == "number"}
    assert values == {str(n) for n in range(11)}


def test_dialects_are_heard_whatever_the_page_language_is() -> None:
    nb, nn = (load_phrases(prompts_dir(), language) for language in ("nb", "nn"))
    assert {p.text for p in nb.phrases} == {p.text for p in nn.phrases}
    areas = {p.area for p in nb.phrases}
    assert {"Tromsø", "Trondheim", "Sunndal", "Sunnmøre", "Haugesund/Stavanger/Bergen", "austlandsk", "Nordland",
            "Romsdal", "nynorsk"} <= areas  # fmt: skip


def test_english_hears_norwegian_starts_and_alarms_too() -> None:
    english = load_phrases(prompts_dir(), "en")
    assert english.meaning("krampe i leggen", "idle") == Intent("cramp", "calf")
    assert english.meaning("får ikke puste", "speaking") == Intent("alarm", "breath")
    assert english.meaning("cramp in my calf", "idle") == Intent("cramp", "calf")
    assert english.meaning("bedre", "better") is None


# --- phrases that begin others ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "phrase, grammar",
    [("vondt", "hold"), ("det hjelper", "better"), ("hjelp", "hold"), ("litt", "hold"), ("ja", "better")],
)
def test_the_start_of_another_meaning_has_to_wait(bokmaal: PhraseBook, phrase: str, grammar: str) -> None:
    assert bokmaal.meaning(phrase, grammar) is not None
    assert bokmaal.begins_another(phrase, grammar) == (phrase != "litt")


def test_a_longer_phrase_with_the_same_meaning_needs_no_wait(bokmaal: PhraseBook) -> None:
    assert bokmaal.longer("jeg har krampe", "idle") != ()
    assert not bokmaal.begins_another("stopp", "speaking")


# --- files with mistakes ---------------------------------------------------------------------------------


def test_an_unknown_meaning_is_named_with_its_line(prompts: Path) -> None:
    path = prompts / "nb" / "phrases" / "control.toml"
    edit(path, 'intent = "next"', 'intent = "nekst"')
    line = path.read_text(encoding="utf-8").splitlines().index('intent = "nekst"') + 1
    with pytest.raises(ContentError, match=rf"control\.toml:{line}: .*nekst"):
        load_phrases(prompts, "nb")


def test_a_phrase_in_two_meanings_is_an_error_only_within_one_class(prompts: Path) -> None:
    path = prompts / "nb" / "phrases" / "place.toml"
    edit(path, '"kneet"', '"kneet", "bedre"')
    _, problems = read_phrases(prompts, "nb")
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if '"bedre"' in text)
    assert all("«bedre» betyr både" in p.message and f"place.toml:{line})" in p.message for p in problems)
    assert {p.path.name for p in problems} == {"state.toml"}
    assert "grammatikken «hold»" in problems[0].message


@pytest.mark.parametrize("wrong", ["Stopp", "stopp!", "stopp  nå", "", "ring 113"])
def test_a_phrase_is_plain_words(prompts: Path, wrong: str) -> None:
    edit(prompts / "nb" / "phrases" / "control.toml", '"stopp"', f'"{wrong}"')
    with pytest.raises(ContentError, match=r"control\.toml:\d+: .*små bokstaver"):
        load_phrases(prompts, "nb")


def test_a_misspelt_field_is_named(prompts: Path) -> None:
    edit(prompts / "nb" / "phrases" / "control.toml", "not_in = ", "notin = ")
    with pytest.raises(ContentError, match=r"control\.toml:\d+: «notin» er ikke et kjent felt"):
        load_phrases(prompts, "nb")


def test_an_unknown_grammar_class_is_named(prompts: Path) -> None:
    edit(prompts / "nb" / "phrases" / "control.toml", 'not_in = ["confirm"]', 'not_in = ["confrim"]')
    with pytest.raises(ContentError, match=r"control\.toml:\d+: grammatikken «confrim»"):
        load_phrases(prompts, "nb")


def test_stop_cannot_be_taken_out_of_a_class(prompts: Path) -> None:
    edit(prompts / "grammars.toml", 'without = ["alarm:chest"]', 'without = ["stop"]')
    with pytest.raises(ContentError, match=r"grammars\.toml:\d+: «stop» kan ikke tas ut"):
        load_phrases(prompts, "nb")


def test_a_file_without_source_or_date_is_named(prompts: Path) -> None:
    edit(prompts / "nb" / "phrases" / "place.toml", "compared = ", "checked = ")
    with pytest.raises(ContentError, match=r"place\.toml:1: «compared» mangler"):
        load_phrases(prompts, "nb")


def test_an_unknown_language_is_answered_with_a_list(prompts: Path) -> None:
    with pytest.raises(ContentError, match="velg mellom nb, nn, en"):
        load_phrases(prompts, "se")


# --- words that are said more often -----------------------------------------------------------------------


def test_an_answer_weighs_more_than_a_word_like_it_except_through_the_night(bokmaal: PhraseBook) -> None:
    assert bokmaal.times("ja", "better") > bokmaal.times("nja", "better") == 1
    assert all(bokmaal.times(p.text, "idle") == 1 for p in bokmaal.live("idle"))


def test_every_word_that_weighs_more_is_a_phrase() -> None:
    often = read_toml(prompts_dir() / "grammars.toml").data["often"]["phrases"]
    everywhere = {
        p.text for language in ("nb", "nn", "en") for p in load_phrases(prompts_dir(), language).phrases
    }
    assert set(often) <= everywhere


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("times = 6", "times = 0", "times"), ('not_in = ["idle"]', 'not_in = ["idel"]', "idel")],
)
def test_a_wrong_weight_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))
    file = folder / "grammars.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=rf"grammars\.toml:\d+: .*{message}"):
        load_phrases(folder, "nb")
