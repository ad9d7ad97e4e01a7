"""The settings file: a wrong line costs that line, never the night."""

from __future__ import annotations

import dataclasses
import errno
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.errors import SettingsError
from skill.languages import LANGUAGES
from skill.paths import prompts_dir
from skill.settings.docs import load_settings_docs, template
from skill.settings.file import last_good_path, load, parse, read, save, stamp
from skill.settings.rules import DEFAULTS, REMOVED, RULES, checked, flat, language_of, with_values
from skill.settings.values import Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


class TestReading:
    def test_no_file_means_the_defaults(self, path: Path):
        assert read(path).settings == Settings()
        assert read(path).problems == ()

    def test_the_mark_that_notepad_writes_is_no_fault(self, path: Path):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\xef\xbb\xbf[voice]\r\nrate_wpm = 100\r\n")
        loaded = read(path)
        assert loaded.problems == ()
        assert loaded.settings.voice.rate_wpm == 100
        save(path, with_values(loaded.settings, {"voice.rate_wpm": 101}))
        assert read(path).settings.voice.rate_wpm == 101

    @pytest.mark.parametrize(
        "address", ["http://[::1", "http://h:8O80/", "http://h:99999/", "http://h:80:80/"]
    )
    def test_a_receiver_s_address_with_a_slip_is_said_by_day(self, address: str, path: Path):
        (problem,) = read(written(path, f'[connect]\naddress = "{address}"\n')).problems
        assert problem.key == "connect.address"
        assert problem.line == 2

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
    def test_what_is_no_file_is_not_waited_for(self, path: Path):
        path.parent.mkdir()
        os.mkfifo(path)
        assert "ikke en vanlig fil" in read(path).problems[0].sentence
        assert read(path).settings == Settings()

    def test_a_file_without_measure_does_not_hold_up_the_night(self, path: Path):
        loaded = read(written(path, "# x\n" * 300_000))
        assert "altfor stor" in loaded.problems[0].sentence

    @pytest.mark.parametrize("text", ["[voice]\nrate_wpm = 1\nrate_wpm = 2\n", "[voice]\n[web]\n[voice]\n"])
    def test_what_is_set_twice_is_said_with_its_line(self, text: str, path: Path):
        (problem,) = read(written(path, text)).problems
        assert problem.line == 3
        assert "andre gang" in problem.sentence

    def test_a_number_too_long_for_the_parser_costs_only_the_file(self, path: Path):
        loaded = read(written(path, f"[voice]\nrate_wpm = {'9' * 5000}\n"))
        assert loaded.problems
        save(path, with_values(loaded.settings, {"voice.rate_wpm": 101}))
        assert read(path).settings.voice.rate_wpm == 101

    @pytest.mark.parametrize("key", sorted(REMOVED))
    def test_a_setting_of_an_earlier_version_is_no_fault(self, key: str, path: Path):
        table, _, name = key.rpartition(".")
        loaded = read(written(path, f"[{table}]\n{name} = true\n[voice]\nrate_wpm = 101\n"))
        assert loaded.problems == ()
        assert loaded.settings.voice.rate_wpm == 101

    @pytest.mark.parametrize(
        ("line", "key", "says"),
        [
            ("[voice]\nrate_wpm = 900", "voice.rate_wpm", "et helt tall fra 80 til 200"),
            ("[voice]\nrate_wpm = '120'", "voice.rate_wpm", "et helt tall"),
            ("[voice]\nrate_wpm = true", "voice.rate_wpm", "et helt tall"),
            ("[voice]\nnight_volume_db = nan", "voice.night_volume_db", "fra −30 til 12"),
            ("[voice]\nnight_volume_db = inf", "voice.night_volume_db", "fra −30 til 12"),
            ("[voice]\nquiet_from = '25:00'", "voice.quiet_from", 'et klokkeslett som "22:00"'),
            ("[voice]\nquiet_from = ''", "voice.quiet_from", "et klokkeslett"),
            ("[voice]\nengine = 'festival'", "voice.engine", "pyttsx3 eller piper"),
            ("[profile]\nmay_stand = 'ja'", "profile.may_stand", "true eller false, uten anførselstegn"),
            ("[privacy]\nkeep_days = -1", "privacy.keep_days", "et helt tall fra 0"),
            ("\nlanguage = 'sv'", "language", "nb, nn eller en"),
            ("[web]\nallowed_hosts = ['a b']", "web.allowed_hosts", "en liste med navn"),
        ],
    )
    def test_a_wrong_value_is_named_with_its_line_and_the_default_used(self, line: str, key: str, says: str):
        loaded = parse(line)
        assert loaded.settings == Settings()
        (problem,) = loaded.problems
        assert (problem.key, problem.line) == (key, 2)
        assert says in problem.sentence
        assert "linje 2" in problem.sentence
        assert "I natt brukes" in problem.sentence

    def test_a_wrong_value_falls_back_to_the_last_good_one(self, path: Path):
        save(path, with_values(Settings(), {"voice.rate_wpm": 100, "profile.footboard": True}))
        text = path.read_text(encoding="utf-8")
        written(path, text.replace("rate_wpm = 100", "rate_wpm = 1000"))
        loaded = read(path)
        assert loaded.settings.voice.rate_wpm == 100
        assert loaded.settings.profile.footboard
        assert "I natt brukes 100" in loaded.problems[0].sentence

    def test_a_value_that_a_person_took_away_is_the_default_again(self, path: Path):
        save(path, with_values(Settings(), {"voice.rate_wpm": 100}))
        written(path, path.read_text(encoding="utf-8").replace("rate_wpm = 100\n", ""))
        assert load(path).voice.rate_wpm == 120

    @pytest.mark.parametrize(
        "text", ["[voice]\nnavn = 'x'", "voice.navn = 1\n", "[stemme]\nname='nb'", "x = [1]"]
    )
    def test_an_unknown_setting_is_reported_and_the_rest_holds(self, text: str):
        loaded = parse(f"set_up = true\n{text}")
        assert loaded.settings.set_up
        assert "finnes ikke" in loaded.problems[0].sentence

    def test_toml_that_is_broken_gives_the_line_and_the_last_good_settings(self, path: Path):
        save(path, with_values(Settings(), {"voice.rate_wpm": 90}))
        written(path, "[voice]\nrate_wpm = \n")
        loaded = read(path)
        assert loaded.settings.voice.rate_wpm == 90
        assert loaded.problems[0].line == 2

    def test_a_file_cut_off_anywhere_gives_the_last_good_settings(self, path: Path):
        mine = with_values(Settings(), {"profile.diabetes": True, "voice.rate_wpm": 90})
        save(path, mine)
        whole = path.read_bytes()
        for length in range(0, len(whole), 7):
            path.write_bytes(whole[:length])
            loaded = read(path)
            cut_at_line_end = length > 0 and whole[length - 1 : length] == b"\n"
            assert loaded.settings == mine or cut_at_line_end
            assert loaded.problems or cut_at_line_end
            last_good_path(path).write_bytes(whole)

    def test_bytes_that_are_no_text(self, path: Path):
        path.parent.mkdir()
        path.write_bytes(b"\xff\xfe\x00garbage")
        assert "ikke UTF-8" in read(path).problems[0].sentence

    def test_a_folder_where_the_file_should_be(self, path: Path):
        path.mkdir(parents=True)
        assert read(path).settings == Settings()
        assert read(path).problems

    @given(st.text(max_size=300))
    def test_nothing_that_can_be_written_in_it_makes_it_fail(self, text: str):
        assert isinstance(parse(text).settings, Settings)

    @given(
        st.dictionaries(
            st.sampled_from(sorted(DEFAULTS)),
            st.one_of(
                st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just([])
            ),
        )
    )
    def test_values_of_any_kind_give_settings_that_may_be_saved(self, tree: dict[str, Any]):
        settings = Settings()
        for key, value in tree.items():
            try:
                settings = with_values(settings, {key: checked(key, value)})
            except ValueError:
                continue
        assert all(checked(key, value) == value for key, value in flat(settings).items())


class TestLanguages:
    @pytest.mark.parametrize("text", ["nb", "no", "nb-NO", "nb_NO.UTF-8", "no-NO", "NO", " nb "])
    def test_bokmaal_by_any_of_its_names(self, text: str):
        assert language_of(text) == "nb"

    @pytest.mark.parametrize(
        ("text", "code"), [("nn-NO", "nn"), ("nn", "nn"), ("en-GB", "en"), ("en_US", "en")]
    )
    def test_the_others(self, text: str, code: str):
        assert language_of(text) == code

    @pytest.mark.parametrize("text", ["", "sv", "norsk", "n", "nbx"])
    def test_none_of_ours(self, text: str):
        assert language_of(text) is None

    def test_the_file_may_use_an_alias(self):
        assert parse('language = "nn-NO"').settings.language == "nn"


class TestOpeningToTheHomeNetwork:
    def test_without_a_pin_it_stays_closed(self):
        loaded = parse('[web]\nhost = "0.0.0.0"')
        assert loaded.settings.web.host == "127.0.0.1"
        assert "PIN" in loaded.problems[0].sentence

    def test_with_a_pin_it_opens(self):
        assert parse('[web]\nhost = "0.0.0.0"\npin_hash = "scrypt:1"').settings.web.host == "0.0.0.0"

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
    def test_this_machine_needs_none(self, host: str):
        assert parse(f'[web]\nhost = "{host}"').problems == ()

    def test_saving_it_without_a_pin_is_refused(self, path: Path):
        with pytest.raises(SettingsError, match="Ingenting er lagret"):
            save(path, with_values(Settings(), {"web.host": "0.0.0.0"}))
        assert not path.exists()


class TestSaving:
    def test_what_was_saved_is_read_back(self, path: Path):
        mine = with_values(
            Settings(),
            {
                "language": "nn",
                "profile.medicines": 'Levaxin\n"Albyl-E" # æøå\\',
                "web.allowed_hosts": ("krampevakt.local",),
                "voice.day_volume_db": 3.5,
            },
        )
        save(path, mine)
        assert read(path).settings == mine
        assert read(path).problems == ()

    def test_a_persons_comments_and_layout_stay(self, path: Path):
        written(path, "# mitt eget\n[voice]   # stemmen\nrate_wpm = 100 # passe\n\n[annet]\nx = 1\n")
        save(path, with_values(load(path), {"voice.rate_wpm": 110, "profile.towel_in_bed": True}))
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# mitt eget\n[voice]   # stemmen\nrate_wpm = 110 # passe\n")
        assert "[annet]\nx = 1" in text
        assert load(path).profile.towel_in_bed

    def test_only_the_owner_may_read_it(self, path: Path):
        save(path, Settings())
        assert path.stat().st_mode & 0o777 == 0o600
        assert last_good_path(path).stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    def test_two_pages_changing_different_things_keep_both(self, path: Path):
        seen = Settings()
        save(path, with_values(seen, {"voice.rate_wpm": 100}), before=seen)
        save(path, with_values(seen, {"profile.footboard": True}), before=seen)
        assert load(path).voice.rate_wpm == 100
        assert load(path).profile.footboard

    def test_a_wrong_value_is_never_saved(self, path: Path):
        save(path, Settings())
        before = path.read_bytes()
        with pytest.raises(SettingsError, match=r"voice\.rate_wpm må være"):
            save(path, with_values(Settings(), {"voice.rate_wpm": 10_000}))
        assert path.read_bytes() == before

    def test_a_broken_file_is_kept_beside_the_new_one(self, path: Path):
        written(path, "[voice\n# viktig\n")
        save(path, Settings())
        assert "viktig" in path.with_name("settings.broken.toml").read_text(encoding="utf-8")
        assert read(path).problems == ()

    def test_the_stamp_changes_with_every_save(self, path: Path):
        assert stamp(path) is None
        save(path, Settings())
        first = stamp(path)
        save(path, Settings())
        assert stamp(path) != first

    def test_a_full_disk_leaves_the_old_file(self, path: Path):
        save(path, with_values(Settings(), {"voice.rate_wpm": 100}))
        child = (
            "import sys, resource, signal; from pathlib import Path\n"
            "from skill.settings.file import load, save; from skill.settings.rules import with_values\n"
            "from skill.errors import SettingsError\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "path = Path(sys.argv[1])\n"
            "try: save(path, with_values(load(path), {'voice.rate_wpm': 90}))\n"
            "except SettingsError as error: print(error)\n"
        )
        done = subprocess.run([sys.executable, "-c", child, path], capture_output=True, text=True, check=True)
        assert "kunne ikke lagres" in done.stdout
        assert os.strerror(errno.EFBIG) in done.stdout
        assert read(path).settings.voice.rate_wpm == 100
        assert sorted(p.name for p in path.parent.iterdir()) == ["settings.last-good.toml", "settings.toml"]
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


class TestDocumentation:
    """A setting that nobody has explained does not ship."""

    def test_every_setting_is_explained_in_three_languages(self):
        docs = load_settings_docs(prompts_dir())
        assert set(docs.settings) == set(DEFAULTS)
        for doc in docs.settings.values():
            assert all(doc.label[code] and doc.help[code] and doc.takes_effect[code] for code in LANGUAGES)

    def test_every_number_and_free_text_has_limits(self):
        without = {key for key, value in DEFAULTS.items() if not isinstance(value, bool) and key not in RULES}
        assert not without
        assert set(RULES) <= set(DEFAULTS)
        for key, value in DEFAULTS.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert RULES[key].low is not None
                assert RULES[key].high is not None

    def test_the_help_states_the_limits_that_hold(self):
        docs = load_settings_docs(prompts_dir())
        for key in (
            "voice.rate_wpm",
            "voice.day_volume_db",
            "voice.night_volume_db",
            "voice.answer_pause_s",
            "web.port",
        ):
            for number in (RULES[key].low, RULES[key].high):
                shown = f"{number:g}".replace("-", "−")
                assert all(shown in docs.settings[key].help[code] for code in LANGUAGES), key

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_new_file_is_valid_and_says_the_defaults(self, language: Any):
        text = template(load_settings_docs(prompts_dir()), language=language)
        assert parse(text).settings == Settings()
        assert parse(text).problems == ()
        assert text.count("#") > len(DEFAULTS)

    def test_the_keys_are_the_fields(self):
        assert with_values(Settings(), DEFAULTS) == Settings()
        assert len(DEFAULTS) == sum(
            len(dataclasses.fields(value)) if dataclasses.is_dataclass(value) else 1
            for value in (getattr(Settings(), f.name) for f in dataclasses.fields(Settings()))
        )
