"""Taps to any night, and what the morning form asks for: `python -m tests.bench.pages.taps`.

A tap is a link that is followed or a choice that is made. The example's nights are looked for by following every
link between the overview and the lists of nights, as a person's thumb could; the morning form is counted as it is
shown, without any answer first.
"""

from __future__ import annotations

import re
import tempfile
import urllib.request
from pathlib import Path

from tests.web.browser import Example, serve_example

FAR = 2
LISTS = ("/", "/nights")
_LINK = re.compile(r'<a [^>]*href="([^"]+)')
_NIGHT = re.compile(r"#night-(\d{4}-\d\d-\d\d)$")
_CHOICE = re.compile(r'<(?:input type="radio" name|select id="[\w-]+" name|textarea id)="([\w:-]+)')


def read(example: Example, path: str) -> str:
    with urllib.request.urlopen(example.base + path.lstrip("/"), timeout=60) as answer:
        return str(answer.read().decode())


def links_of(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in _LINK.findall(page) if found.startswith("/")]


def taps_to_nights(example: Example) -> dict[str, int]:
    """Night with a cramp → the fewest taps from the overview until it is on the screen, for those within FAR."""
    taps: dict[str, int] = {}
    seen, near = {"/"}, ["/"]
    for count in range(1, FAR + 1):
        found = [link for path in near for link in links_of(read(example, path))]
        for link in found:
            if night := _NIGHT.search(link):
                taps.setdefault(night[1], count)
        near = [link for link in dict.fromkeys(found) if link not in seen and link.partition("?")[0] in LISTS]
        seen.update(near)
    return taps


def nights_of(example: Example) -> set[str]:
    return {e.night.isoformat() for e in example.journal.episodes()}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="krampevakt-taps-") as name, serve_example(Path(name)) as example:
        taps, all_nights = taps_to_nights(example), nights_of(example)
        for count in range(1, FAR + 1):
            near = {night for night, each in taps.items() if each <= count} & all_nights
            print(
                f"within {count} taps of the overview: {len(near)} of {len(all_nights)} nights with a cramp"
            )
        kinds = {kind: example.episodes[kind] for kind in ("good", "danger")}
        for kind, uuid in kinds.items():
            questions = list(dict.fromkeys(_CHOICE.findall(read(example, f"/episodes/{uuid}/morning"))))
            print(
                f"morning form after a {kind} night: 1 page, {len(questions)} questions, none obliged; ",
                end="",
            )
            print(f"{len(questions) + 1} taps to answer all and save: {', '.join(questions)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
