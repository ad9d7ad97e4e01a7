"""Pictures of every page at two widths in both themes: `python -m tests.bench.screenshots FOLDER [page ...]`.

The pages stand on a journal that `skill.journal.seed` has filled. Needs Chromium and playwright.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.web.browser import browser, serve_example

WIDTHS = (390, 1280)
THEMES = ("light", "dark")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="krampevakt-pictures-") as name:
        yield Path(name)


def main(words: list[str]) -> int:
    target = Path(words[0] if words else "pictures")
    target.mkdir(parents=True, exist_ok=True)
    wanted = set(words[1:])
    with _folder() as home, serve_example(home) as example, browser(home / "browser") as chromium:
        for width in WIDTHS:
            for theme in THEMES:
                context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme,
                                               locale="nb-NO", reduced_motion="reduce")
                page = context.new_page()
                for name, address in example.addresses().items():
                    if wanted and name not in wanted:
                        continue
                    example.prepare(name)
                    page.goto("about:blank")  # a page that follows the listener would load itself again
                    page.goto(example.base + address.lstrip("/"), wait_until="load")
                    page.wait_for_timeout(150)
                    page.screenshot(path=target / f"{name}-{width}-{theme}.png", full_page=True)
                    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                    if overflow > 0:
                        print(f"{name} at {width}: {overflow} px too wide")
                context.close()
    print(f"pictures in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
