"""How long nights are kept, in sentences: what the choice really means, and how many nights it lets go."""

from __future__ import annotations

from skill.journal.keeping.forget_in_time import GRACE, nights_due
from skill.settings.rules import Value
from skill.web.showing.page import t, tn
from skill.web.site import site

KEY = "privacy.keep_days"


def keeping() -> tuple[str, ...]:
    """What the saved choice means today; () where nights are kept for ever."""
    days = site().settings.privacy.keep_days
    if not days:
        return ()
    here = days + GRACE.days
    lines = [t("settings.keeping", days=days, here=here, copies=here + GRACE.days)]
    if going := nights_due(site().journal, days, site().now()):
        lines.append(tn("settings.nights_going", going, days=days, grace=GRACE.days))
    return tuple(lines)


def nights_that_would_go(chosen: Value) -> int:
    """How many nights a new choice lets go of that the present one keeps."""
    now, before = site().now(), site().settings.privacy.keep_days
    if not isinstance(chosen, int) or chosen == before:
        return 0
    return max(0, nights_due(site().journal, chosen, now) - nights_due(site().journal, before, now))


def question(chosen: Value) -> str:
    """What to ask before it is chosen; "" where nothing goes."""
    going = nights_that_would_go(chosen)
    return tn("settings.ask_keeping", going, days=chosen, grace=GRACE.days) if going else ""
