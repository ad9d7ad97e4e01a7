"""The sections of the doctor's page: each a heading with rows of (label, value)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skill.journal.figures.evenings import CHANGES, Programme
from skill.journal.figures.extracts import RedFlag
from skill.journal.figures.report import DoctorSummary
from skill.journal.figures.statistics import FEWEST_FOR_HELPED, Spread
from skill.journal.times import night_of
from skill.languages import Language
from skill.web.showing import dates, timeline
from skill.web.showing.timeline import Words

MOST_SIGNS, MOST_NOTES, NOTE_LENGTH, MOST_MEDICINES, MOST_PLACES = 8, 5, 300, 16, 6

Rows = tuple[tuple[str, str], ...]
_URGENCY = {"113": 0, "foden": 1, "116117": 2, "fastlege": 3}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with rows of (label, value); a row with an empty label is a line of its own."""

    heading: str
    rows: Rows
    wide: bool = False  # takes the whole width on paper
    alarming: bool = False


class SheetSections:
    """Makes the sections of one summary in one language."""

    def __init__(
        self,
        summary: DoctorSummary,
        language: Language,
        w: Words,
        tn: Callable[..., str],
        labels: Mapping[str, str],
    ) -> None:
        self.s, self.f, self.language, self.w, self.t, self.tn = (
            summary,
            summary.figures,
            language,
            w,
            w.t,
            tn,
        )
        self.labels = labels

    def _number(self, value: float | None) -> str:
        return dates.number(self.language, value)

    def nights(self) -> Section:
        return Section(
            self.t("doctor.nights"),
            (
                (
                    self.t("doctor.nights_logged"),
                    self.t("doctor.n_of", n=self.f.nights_logged, total=len(self.f.nights)),
                ),
                (self.t("doctor.nights_without_data"), str(len(self.f.nights_without_data))),
            ),
        )

    def cramps(self) -> Section:
        trend = self.f.trend
        values = {
            "earlier": self._number(trend.earlier_per_week),
            "later": self._number(trend.later_per_week),
        }
        sentence = self.t(
            f"overview.trend_{trend.direction}", **({} if trend.direction == "unknown" else values)
        )
        hour = self.f.usual_hour
        usual = (
            self.t("overview.no_usual_hour")
            if hour is None
            else self.t("overview.usual_hour", start=f"{hour:02d}", end=f"{(hour + 1) % 24:02d}")
        )
        nights = self.t("doctor.n_of", n=self.f.nights_with_cramp, total=self.f.nights_logged)
        return Section(
            self.t("doctor.cramps"),
            (
                (self.t("doctor.nights_with_cramp"), nights),
                (self.t("doctor.cramps_in_all"), str(self.f.episodes)),
                (self.t("doctor.per_week"), self._number(self.f.cramps_per_week)),
                (self.t("overview.trend"), sentence),
                (self.t("overview.usual"), usual),
            ),
        )

    def severity(self) -> Section:
        return Section(
            self.t("doctor.severity"),
            (
                (
                    self.t("doctor.duration"),
                    self._spread(self.f.duration_s, lambda v: dates.duration(self.language, v)),
                ),
                (self.t("doctor.pain"), self._spread(self.f.pain, self._number)),
                (self.t("doctor.sleep"), self._spread(self.f.sleep_disturbance, self._number)),
            ),
        )

    def _spread(self, spread: Spread | None, form: Callable[[float], str]) -> str:
        if spread is None:
            return self.t("doctor.not_told")
        return self.t(
            "doctor.spread",
            median=form(spread.median),
            worst=form(spread.worst),
            known=spread.known,
            total=self.f.episodes,
        )

    def places(self) -> Section:
        counts = sorted(self.f.places.items(), key=lambda item: -item[1])
        rows = tuple(
            (timeline.place_and_side(place, side, self.w) or self.t("form.not_known"), str(n))
            for (place, side), n in counts[:MOST_PLACES]
        )
        rest = sum(n for _, n in counts[MOST_PLACES:])
        return Section(
            self.t("overview.where"), rows + (((self.t("doctor.elsewhere"), str(rest)),) if rest else ())
        )

    def worry(self) -> Section:
        """What the person is most afraid of: what the doctor should read first."""
        return Section(
            self.t("doctor.worry"), (("", self.s.main_worry),) if self.s.main_worry else (), wide=True
        )

    def signs(self) -> Section:
        rows = [
            (
                self.w.term("sign", sign),
                self.tn("doctor.sign_group", len(flags), when=when, advice=advice, followed=followed),
            )
            for (sign, _), flags in self._grouped()[:MOST_SIGNS]
            for when in [dates.night_short(self.language, night_of(flags[0].at))]
            for advice in [self._advice(flags[0].number)]
            for followed in [self._followed(flags)]
        ]
        if len(self._grouped()) > MOST_SIGNS:
            rows.append(("", self.tn("doctor.more_signs", len(self._grouped()) - MOST_SIGNS)))
        falls = ", ".join(dates.night_to(self.language, night) for night in self.s.falls[-MOST_SIGNS:])
        rows.append((self.t("doctor.falls"), falls or self.t("doctor.none_told")))
        if not self.s.red_flags:
            rows.insert(0, ("", self.t("doctor.no_signs")))
        return Section(self.t("doctor.signs"), tuple(rows), wide=True, alarming=bool(self.s.red_flags))

    def _grouped(self) -> list[tuple[tuple[str, str], list[RedFlag]]]:
        """Signs of one kind together, each newest first; 113 before 116 117 before the rest."""
        groups: dict[tuple[str, str], list[RedFlag]] = {}
        for flag in sorted(self.s.red_flags, key=lambda flag: flag.at, reverse=True):
            groups.setdefault((flag.sign, flag.number), []).append(flag)
        return sorted(groups.items(), key=lambda group: _URGENCY.get(group[0][1], len(_URGENCY)))

    def _advice(self, number: str) -> str:
        return self.w.term("number", number) if number else self.t("doctor.no_number")

    def _followed(self, flags: Sequence[RedFlag]) -> str:
        answers = [flag.followed for flag in flags]
        if len(answers) == 1 and answers[0].state == "answered":
            return timeline.answer_line(answers[0].answer, self.w)
        if not any(answer.state == "answered" for answer in answers):
            return self.t(f"form.{answers[0].state}")
        return self.t("doctor.n_of", n=sum(a.answer == "yes" for a in answers), total=len(answers))

    def health(self) -> Section:
        known = [self.labels.get(key, key) for key in self.s.profile]
        if self.s.pregnant:
            known.append(self.labels["profile.pregnant"])
        return Section(self.t("doctor.health"), (("", "; ".join(known) or self.t("doctor.none_told")),))

    def medicines(self) -> Section:
        rows = []
        for medicine in self.s.medicines[:MOST_MEDICINES]:
            groups = ", ".join(group.label[self.language] for group in medicine.groups)
            rows.append((f"{medicine.text}", self.t("doctor.group", groups=groups) if groups else ""))
        return Section(self.t("doctor.medicines"), tuple(rows) or (("", self.t("doctor.none_told")),))

    def helped(self) -> Section:
        best = [e for e in self.f.effects if e.better and e.tried >= FEWEST_FOR_HELPED][:3]
        rows = [
            (
                timeline.step_name(e.protocol, e.rung, self.w),
                self.t("doctor.better_of", better=e.better, tried=e.tried),
            )
            for e in best
        ]
        stretching = self.s.stretching
        told = self.t("doctor.not_told")
        if stretching.told:
            told = self.t("doctor.evenings", done=stretching.done, told=stretching.told)
        if stretching.unanswered:
            told += self.t("doctor.evenings_unanswered", n=stretching.unanswered)
        rows.append((self.t("doctor.stretching"), told))
        if stretching.programme:
            rows.append((self.t("doctor.programme"), self._programme(stretching.programme)))
        return Section(self.t("doctor.helped"), tuple(rows))

    def _programme(self, programme: Programme) -> str:
        began = dates.day(self.language, programme.began)
        told = self.t(
            "doctor.programme_evenings", began=began, done=programme.done, evenings=programme.evenings
        )
        answers = [
            self.w.term("value" if answer in CHANGES else "answer", answer)
            for _, answer in sorted(programme.weekly.items())
        ]
        return told + (self.t("doctor.programme_weekly", weekly=", ".join(answers)) if answers else "") + "."

    def triggers(self) -> Section:
        counts = sorted(self.s.triggers.items(), key=lambda item: -item[1])[:6]
        return Section(
            self.t("doctor.triggers"), tuple((self.w.term("trigger", name), str(n)) for name, n in counts)
        )

    def words(self) -> Section:
        rows = []
        for night, note in self.s.notes[:MOST_NOTES]:
            text = note.text if len(note.text) <= NOTE_LENGTH else note.text[: NOTE_LENGTH - 1].rstrip() + "…"
            rows.append((dates.night_short(self.language, night), text))
        return Section(self.t("doctor.words"), tuple(rows), wide=True)
