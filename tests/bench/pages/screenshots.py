"""Pictures of every page at two widths in both themes: `python -m tests.bench.pages.screenshots FOLDER [page ...]`.

A year of nights from `tests.journal.made_up_years`, and an installation before its first night. Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web.browser import browser, serve_example

WIDTHS = (390, 1280)
THEMES = ("light", "dark")
EMPTY = {"overview": "/", "nights": "/nights", "doctor": "/doctor"}
"""Pages that look otherwise before the first night."""

SLOW_MS = 120_000


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="krampevakt-pictures-") as name:
        yield Path(name)


def main(words: list[str]) -> int:
    target = Path(words[0] if words else "pictures")
    target.mkdir(parents=True, exist_ok=True)
    wanted = set(words[1:])
    with (
        _folder() as home,
        serve_example(home) as example,
        serve_example(home / "empty", empty=True) as empty,
        browser(home / "browser") as chromium,
    ):
        pages = [(name, example, address) for name, address in example.addresses().items()]
        pages += [(f"empty-{name}", empty, address) for name, address in EMPTY.items()]
        for width in WIDTHS:
            for theme in THEMES:
                context = chromium.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme=theme,
                    locale="nb-NO",
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.set_default_timeout(SLOW_MS)
                for name, installation, address in pages:
                    if not wanted or name in wanted:
                        installation.prepare(name)
                        page.goto("about:blank")  # a page that follows the listener would load itself again
                        page.goto(installation.base + address.lstrip("/"), wait_until="load")
                        page.evaluate("document.fonts.ready.then(() => true)")
                        _take(page, target / f"{name}-{width}-{theme}.png")
                context.close()
    print(f"pictures in {target}")
    return 0


def _take(page: Any, file: Path) -> None:
    page.screenshot(path=file, full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if overflow > 0:
        print(f"{file.stem}: {overflow} px too wide")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
