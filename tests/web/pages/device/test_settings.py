"""Every setting can be seen, understood, changed and heard; a wrong one changes nothing."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from skill.audio.nearness import Nearness
from skill.settings.rules import DEFAULTS, flat
from skill.web.door.pin import pin_matches
from skill.web.forms.settings_form import ELSEWHERE, GROUPS, SECTIONS, fields_of
from skill.web.ports import MicrophoneTest
from skill.web.site import KEY
from tests.web import nights
from tests.web.conftest import Make, Pages, send
from tests.web.listener import NOON
from tests.web.pages.test_nights import text


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """The form on a page as a browser would send it back untouched."""
    body = text(client, address)
    form = dict(re.findall(r'<input id="([\w-]+)" name="[\w-]+" type="[a-z]+" value="([^"]*)"', body))
    for name, options in re.findall(r'<select id="[\w-]+" name="([\w-]+)".*?>(.*?)</select>', body, re.S):
        form.update((name, value) for value in re.findall(r'value="([^"]*)" selected', options))
    form |= dict(re.findall(r'<input type="radio" name="([\w-]+)" value="([^"]*)" checked', body))
    form |= dict(re.findall(r'<input type="checkbox" id="[\w-]+" name="([\w-]+)" value="(1)" checked', body))
    form |= dict(re.findall(r'<textarea id="([\w-]+)" name="[\w-]+"[^>]*>([^<]*)</textarea>', body))
    return form


def test_every_setting_stands_on_exactly_one_page() -> None:
    shown = [field.key for section in SECTIONS for field in fields_of(section)]
    assert sorted(shown) == sorted(set(DEFAULTS) - ELSEWHERE)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_has_a_label_help_and_says_when_it_takes_effect(
    client: FlaskClient, section: str
) -> None:
    body = text(client, f"/settings/{section}")
    for field in fields_of(section):
        part = body.split(f'id="setting-{field.name}"')[1].split('id="setting-')[0]
        assert "Gjelder" in part, field.key
        assert re.search(r"(<label|<legend)[^>]*>.", part), field.key
        assert 'class="help"' in part, field.key


@pytest.mark.parametrize("section", SECTIONS)
def test_a_form_sent_back_untouched_changes_nothing(pages: Pages, client: FlaskClient, section: str) -> None:
    before = flat(pages.settings)
    send(client, f"/settings/{section}", form_of(client, f"/settings/{section}"))
    assert flat(pages.settings) == before
    assert pages.listener.told == 0


def test_a_change_is_saved_noted_and_told_to_the_listener(pages: Pages, client: FlaskClient) -> None:
    form = form_of(client, "/settings/voice") | {"voice-rate_wpm": "95", "voice-quiet_from": "2130"}
    answer = send(client, "/settings/voice", form, follow=True)
    assert pages.settings.voice.rate_wpm == 95
    assert pages.settings.voice.quiet_from == "21:30"
    assert pages.listener.told == 1
    assert "Lagret. Gjelder fra neste setning." in answer.get_data(as_text=True)
    noted = [e.text("field") for e in pages.journal.device_events(kinds=("settings_changed",))]
    assert sorted(noted) == ["voice.quiet_from", "voice.rate_wpm"]


def test_answers_that_contradict_each_other_are_told_once_they_are_saved(client: FlaskClient) -> None:
    form = form_of(client, "/settings/profile") | {"profile-may_stand": "1", "profile-dizziness": "1"}
    answer = send(client, "/settings/profile", form, follow=True)
    assert "Apparatet ber deg aldri stå." in answer.get_data(as_text=True)
    form.pop("profile-dizziness")
    answer = send(client, "/settings/profile", form, follow=True)
    assert "Apparatet ber deg aldri stå." not in answer.get_data(as_text=True)


def test_it_can_be_heard_before_it_is_saved(pages: Pages, client: FlaskClient) -> None:
    form = form_of(client, "/settings/voice") | {"voice-rate_wpm": "90", "action": "listen"}
    body = send(client, "/settings/voice", form).get_data(as_text=True)
    sentence, settings, volume_db = pages.listener.said[0]
    assert sentence == "Jeg er her. Strekk ut beinet. Trekk tærne opp mot deg."
    assert (settings.voice.rate_wpm, volume_db) == (90, None)
    assert pages.settings.voice.rate_wpm == 120
    assert "Apparatet sa: «Jeg er her. Strekk ut beinet. Trekk tærne opp mot deg.»" in body
    assert 'value="90"' in body


def test_the_tone_of_the_hold_is_heard_after_the_sentence(pages: Pages, client: FlaskClient) -> None:
    form = form_of(client, "/settings/voice") | {"voice-in_the_hold": "breathing", "action": "listen"}
    send(client, "/settings/voice", form)
    assert [said[0] for said in pages.listener.said][1:] == ["tone.breathing"]


def test_it_is_heard_in_the_language_that_is_being_chosen(pages: Pages, client: FlaskClient) -> None:
    form = form_of(client, "/settings/voice") | {"language": "nn", "action": "listen"}
    send(client, "/settings/voice", form)
    assert pages.listener.said[0][0].startswith("Eg er her.")


@pytest.mark.parametrize("outcome", ["busy", "broken_off", "no_listener", "no_loudspeaker", "no_voice"])
def test_silence_is_never_called_sound(pages: Pages, client: FlaskClient, outcome: str) -> None:
    pages.listener.speaks = outcome  # type: ignore[assignment]
    form = form_of(client, "/settings/voice") | {"action": "listen"}
    assert "Apparatet sa" not in send(client, "/settings/voice", form).get_data(as_text=True)


@pytest.mark.parametrize(
    ("section", "change", "sentence"),
    [
        ("voice", {"voice-rate_wpm": "9000"}, "skriv et tall fra 80 til 200"),
        ("voice", {"voice-rate_wpm": "fort"}, "skriv et tall"),
        ("voice", {"voice-rate_wpm": "nan"}, "skriv et tall"),
        ("voice", {"voice-rate_wpm": "1e400"}, "skriv et tall"),
        ("voice", {"voice-quiet_from": "kveld"}, "klokkeslett"),
        ("voice", {"language": "tlh"}, "velg ett av svarene"),
        ("web", {"web-port": "80"}, "skriv et tall fra 1024"),
        ("web", {"web-host": "not a host"}, "kan ikke brukes"),
        ("web", {"web-allowed_hosts": "a b!, c"}, "krampevakt.local"),
        ("web", {"web-host": "0.0.0.0"}, "Lag en PIN først"),
    ],
)
def test_a_wrong_value_gets_a_sentence_and_nothing_is_saved(
    pages: Pages, client: FlaskClient, section: str, change: dict[str, str], sentence: str
) -> None:
    before = flat(pages.settings)
    answer = send(client, f"/settings/{section}", form_of(client, f"/settings/{section}") | change)
    assert answer.status_code == 400
    assert sentence in answer.get_data(as_text=True)
    assert flat(pages.settings) == before


def test_what_another_program_changed_meanwhile_stays(pages: Pages, client: FlaskClient) -> None:
    form = form_of(client, "/settings/profile") | {"profile-footboard": "1"}
    pages.set(voice__rate_wpm=100)
    send(client, "/settings/profile", form)
    assert pages.settings.profile.footboard
    assert pages.settings.voice.rate_wpm == 100


def test_devices_are_chosen_from_those_there_are(pages: Pages, client: FlaskClient) -> None:
    pages.set(audio__microphone="Bortreist")
    pages.listener.turn("hearing", microphones=("USB-bord", "Innebygd"))
    body = text(client, "/settings/audio")
    for name in ("USB-bord", "Innebygd", "Bortreist"):
        assert f'name="audio-microphone" value="{name}"' in body
    assert re.search(r'value="Bortreist" checked', body)
    assert not re.search(r'type="text"', body)  # never typed
    assert "−42 dB" in body or "-42 dB" in body  # how loud it is now


def test_no_list_of_devices_leaves_what_was_chosen(pages: Pages, client: FlaskClient) -> None:
    pages.set(audio__microphone="USB-bord")
    body = text(client, "/settings/audio")
    assert re.search(r'name="audio-microphone" value="USB-bord" checked', body)
    assert re.search(r'name="audio-microphone" value=""', body)


def test_numbers_are_chosen_in_words_with_the_number_behind(pages: Pages, client: FlaskClient) -> None:
    body = text(client, "/settings/voice")
    assert re.search(r'value="120" checked><span>Vanlig \(120 ord i minuttet\)', body)
    assert re.search(r'value="-12"><span>Svakere \([−-]12 dB\)', body)
    pages.set(voice__rate_wpm=97)  # by hand, in the file: none of the words
    assert re.search(r'value="97" checked><span>97 ord i minuttet', text(client, "/settings/voice"))


def test_health_ticks_stand_in_groups_and_what_is_told_comes_first(pages: Pages, client: FlaskClient) -> None:
    def order() -> list[str]:
        body = text(client, "/settings/profile")
        names = (
            "Om natta og ved senga",
            "Det som kan gjøre deg ustø",
            "Sykdommer og medisiner",
            "Svangerskap",
        )
        return sorted(names, key=body.index)

    assert order()[0] == "Om natta og ved senga"
    assert "<details><summary>Svangerskap" in text(client, "/settings/profile")
    pages.set(profile__pregnant=True)
    assert order()[0] == "Svangerskap"
    assert "<details><summary>Svangerskap" not in text(client, "/settings/profile")


def test_every_grouped_setting_is_one_and_stands_once() -> None:
    keys = [
        f"{section}.{key}" for section, groups in GROUPS.items() for its in groups.values() for key in its
    ]
    assert len(keys) == len(set(keys))
    assert set(keys) == {key for key in DEFAULTS if key.startswith("profile.")}


def test_a_voice_is_chosen_from_a_list_unless_it_is_one_of_your_own(
    pages: Pages, client: FlaskClient
) -> None:
    assert re.search(r'<option value="nb" selected>Mannsstemme</option>', text(client, "/settings/voice"))
    send(client, "/settings/voice", form_of(client, "/settings/voice") | {"voice-name": "nb+f3"})
    assert pages.settings.voice.name == "nb+f3"
    assert re.search(
        r'<option value="nb\+f3" selected>Kvinnestemme</option>', text(client, "/settings/voice")
    )
    pages.set(voice__name="nb+klatt")
    assert re.search(r'<input id="voice-name"[^>]*value="nb\+klatt"', text(client, "/settings/voice"))


def test_it_is_said_what_lies_on_the_machine_and_how_much(pages: Pages, client: FlaskClient) -> None:
    nights.write(pages.journal, NOON)
    body = text(client, "/settings/privacy")
    assert "Ordene du sier: bare når du har krysset av" in body
    assert re.search(r"Nå – kramper: 1, på disken: \d+(,\d)? MB, sikkerhetskopier: 0\.", body)
    assert "Nå: " not in text(client, "/settings/voice")


def test_a_fault_in_the_file_is_shown_with_its_line(pages: Pages, client: FlaskClient) -> None:
    with pages.paths.settings_file.open("a", encoding="utf-8") as file:
        file.write("\n[nonsense]\nx = 1\n")
    assert "linje" in text(client, "/settings")


# --- microphone and the night level ----------------------------------------------------------------------


def test_the_microphone_test_shows_what_was_understood(pages: Pages, client: FlaskClient) -> None:
    pages.listener.hears = MicrophoneTest("heard", "krampe i leggen", "cramp:calf")
    body = send(client, "/settings/microphone").get_data(as_text=True)
    assert "«krampe i leggen»" in body
    assert "betyr «krampe»" in body


@pytest.mark.parametrize("outcome", ["unclear", "silence", "busy", "no_listener", "no_microphone"])
def test_the_microphone_test_says_what_went_wrong(pages: Pages, client: FlaskClient, outcome: str) -> None:
    pages.listener.hears = MicrophoneTest(outcome)  # type: ignore[arg-type]
    assert "Forstått:" not in send(client, "/settings/microphone").get_data(as_text=True)


@pytest.mark.parametrize(
    ("near", "said"),
    [("well", "nær og høy nok"), ("soft", "bare litt over rommet"), ("drowned", "drukner nesten")],
)
def test_the_microphone_test_says_whether_somebody_is_near_and_loud_enough(
    pages: Pages, client: FlaskClient, near: Nearness, said: str
) -> None:
    for outcome in ("heard", "unclear"):
        pages.listener.hears = MicrophoneTest(outcome, "krampe i leggen", "cramp:calf", -30.0, near)  # type: ignore[arg-type]
        assert said in send(client, "/settings/microphone").get_data(as_text=True)
        assert said in send(client, "/setup/microphone", {"action": "test"}).get_data(as_text=True)


def test_the_night_level_rises_until_a_yes_and_is_kept_a_little_louder(
    pages: Pages, client: FlaskClient
) -> None:
    page, level = "/settings/hearing-level", "-30"
    for _ in range(3):
        body = send(client, page, {"level_db": level, "action": "try"}).get_data(as_text=True)
        level = re.findall(r'name="level_db" value="([-\d.]+)"', body)[1]
    pages.listener.hears = MicrophoneTest("heard", "ja", "yes:clear")
    send(client, page, {"level_db": level, "action": "try"})
    assert [volume for _, _, volume in pages.listener.said] == [-30.0, -27.0, -24.0, -21.0]
    assert pages.settings.voice.night_volume_db == -18.0


def test_the_button_counts_as_a_yes(pages: Pages, client: FlaskClient) -> None:
    send(client, "/settings/hearing-level", {"level_db": "-12", "action": "try"})
    send(client, "/settings/hearing-level", {"level_db": "-12", "action": "heard"})
    assert pages.settings.voice.night_volume_db == -9.0


def test_nothing_is_stored_of_a_voice_that_was_never_played(pages: Pages, client: FlaskClient) -> None:
    before = pages.settings.voice.night_volume_db
    page = "/settings/hearing-level"
    send(client, page, {"level_db": "-30", "action": "heard"})
    assert pages.settings.voice.night_volume_db == before
    pages.listener.speaks = "no_loudspeaker"
    pages.listener.hears = MicrophoneTest("heard", "ja", "yes:clear")
    body = send(client, page, {"level_db": "-30", "action": "try"}).get_data(as_text=True)
    assert "Høyttaleren svarer ikke" in body
    assert 'value="heard"' not in body
    send(client, page, {"level_db": "-30", "action": "heard"})
    assert pages.settings.voice.night_volume_db == before


@pytest.mark.parametrize("level", ["", "x", "nan", "inf", "-1e9", "1e9"])
def test_a_level_that_is_nonsense_is_never_played(pages: Pages, client: FlaskClient, level: str) -> None:
    send(client, "/settings/hearing-level", {"level_db": level, "action": "try"})
    assert all(-30 <= volume <= 12 for _, _, volume in pages.listener.said if volume is not None)


# --- PIN and first start ---------------------------------------------------------------------------------


def test_a_pin_is_made_shown_once_and_works(pages: Pages, client: FlaskClient) -> None:
    body = send(client, "/settings/pin", {"action": "make"}).get_data(as_text=True)
    shown = re.search(r'class="pin">(\d{3}) (\d{3})<', body)
    assert shown is not None
    assert pin_matches(shown[1] + shown[2], pages.settings.web.pin_hash)
    assert shown[1] + " " + shown[2] not in text(client, "/settings/pin")
    assert pages.client().get("/nights").status_code == 302


def test_a_short_pin_is_refused(pages: Pages, client: FlaskClient) -> None:
    assert send(client, "/settings/pin", {"action": "choose", "pin": "12345"}).status_code == 400
    assert pages.settings.web.pin_hash == ""


def test_removing_the_pin_closes_the_network_too(pages: Pages, client: FlaskClient) -> None:
    send(client, "/settings/pin", {"action": "choose", "pin": "blåbær 12"})
    pages.set(web__host="0.0.0.0")
    send(client, "/settings/pin", {"action": "remove", "old": "blåbær 12"})
    assert (pages.settings.web.pin_hash, pages.settings.web.host) == ("", "127.0.0.1")


def test_the_guide_from_beginning_to_end(make_pages: Make) -> None:
    pages = make_pages(set_up=False)
    client = pages.client()
    assert client.get("/", follow_redirects=True).request.path == "/setup/language"
    send(client, "/setup/language", {"language": "nn", "action": "next"}, page="/setup/language")
    form = form_of(client, "/setup/voice") | {"voice-rate_wpm": "100", "action": "next"}
    send(client, "/setup/voice", form)
    send(client, "/setup/microphone", {"action": "skip"})
    send(client, "/setup/profile", {"profile-phone_by_bed": "1", "action": "next"})
    answer = send(client, "/setup/network", {"action": "skip"}, follow=True)
    assert answer.request.path == "/setup/done"
    settings = pages.settings
    assert (settings.language, settings.voice.rate_wpm, settings.profile.phone_by_bed) == ("nn", 100, True)
    assert settings.set_up
    assert settings.web.host == "127.0.0.1"
    assert client.get("/").status_code == 200


def test_everything_can_be_skipped_at_once(make_pages: Make) -> None:
    pages = make_pages(set_up=False)
    client = pages.client()
    assert send(client, "/setup/language", {"action": "skip_all"}).location == "/"
    assert pages.settings.set_up


def test_opening_to_the_network_in_the_guide_makes_a_pin(make_pages: Make) -> None:
    pages = make_pages(set_up=False)
    client = pages.client()
    body = send(client, "/setup/network", {"action": "open"}).get_data(as_text=True)
    assert re.search(r'class="pin">\d{3} \d{3}<', body)
    assert pages.settings.web.host == "0.0.0.0"
    assert pages.settings.web.pin_hash
    assert client.get("/setup/done").status_code == 200  # whoever made it stays logged in


def test_the_settings_reader_sees_a_change_at_once(pages: Pages) -> None:
    site = pages.app.extensions[KEY]
    assert site.settings.profile.diabetes is False
    pages.set(profile__diabetes=True)
    assert site.settings.profile.diabetes is True


@pytest.mark.parametrize("action", ["next", "back", "skip", "skip_all"])
def test_leaving_a_step_by_any_button_keeps_what_was_ticked(make_pages: Make, action: str) -> None:
    pages = make_pages(set_up=False)
    client = pages.client()
    form = form_of(client, "/setup/profile") | {"profile-fall_last_year": "1", "action": action}
    where = send(client, "/setup/profile", form, page="/setup/profile").location
    assert pages.settings.profile.fall_last_year
    assert where == {"next": "/setup/network", "back": "/setup/microphone", "skip": "/setup/network"}.get(
        action, "/"
    )


def test_going_to_find_the_night_level_keeps_the_voice_that_was_chosen(make_pages: Make) -> None:
    pages = make_pages(set_up=False)
    client = pages.client()
    form = form_of(client, "/setup/voice") | {"voice-rate_wpm": "90", "action": "hearing"}
    assert send(client, "/setup/voice", form).location == "/settings/hearing-level"
    assert pages.settings.voice.rate_wpm == 90


@pytest.mark.parametrize("listening", ["hearing", "deaf", "absent", "starting"])
def test_the_guide_ends_with_the_truth_about_whether_it_hears(make_pages: Make, listening: str) -> None:
    pages = make_pages(set_up=False)
    pages.listener.turn(listening)
    body = pages.client().get("/setup/done").get_data(as_text=True)
    assert f"verdict-{listening}" in body
    assert ("Ja, apparatet hører" in body) == (listening == "hearing")
    assert "Apparatet er klart" not in body
