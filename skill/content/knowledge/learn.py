"""The knowledge pages: prompts/<language>/learn/*.md, Markdown below a TOML front matter.

The Markdown is a small part of it: "## " headings, paragraphs, "- " and "1. " lists, **bold**. It becomes
HTML here, with everything else escaped, so that a page can never put markup of its own on the web page.
"""

from __future__ import annotations

import datetime
import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.content.knowledge.forbidden import Ban, broken
from skill.content.toml_file import Problem, content_error
from skill.languages import LANGUAGES
from skill.messages.message import Message

_FRONT = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n", re.S)
_NUMBERED = re.compile(r"\d+\. ")


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language."""

    name: str  # file name without ending, the same in all languages
    language: str
    title: str
    summary: str
    sources: tuple[str, ...]
    compared: datetime.date  # when it was compared with its sources
    approved_by: str  # a clinician's name, "" while nobody has
    order: int
    markdown: str
    path: Path
    first_line: int  # of the text, in the file

    @property
    def html(self) -> str:
        """The text as HTML; safe to put on a page as it is."""
        return "\n".join(_blocks(self.markdown))


def load_pages(prompts: Path, language: str) -> tuple[Page, ...]:
    """All pages in `language`, in their order. Raises ContentError with file and line."""
    pages: list[Page] = []
    for path in sorted((prompts / language / "learn").glob("*.md")):
        found = _read_page(path, language)
        if isinstance(found, Problem):
            raise content_error(found)
        pages.append(found)
    return tuple(sorted(pages, key=lambda page: (page.order, page.name)))


def _read_page(path: Path, language: str) -> Page | Problem:
    text = path.read_text(encoding="utf-8")
    match = _FRONT.match(text)
    if not match:
        return Problem(path, 1, Message("content.page_without_front"))
    try:
        front: dict[str, Any] = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) + 1 if found else 1
        return Problem(path, line, Message("content.page_fields_not_toml", error=error))
    missing = [
        key for key in ("title", "summary", "sources", "compared", "approved_by", "order") if key not in front
    ]
    if missing or not front["sources"] or not front["title"]:
        return Problem(path, 1, Message("content.page_lacks", fields=", ".join(missing) or "title, sources"))
    try:
        compared = datetime.date.fromisoformat(str(front["compared"]))
    except ValueError:
        return Problem(path, 1, Message("content.page_date_wrong"))
    return Page(
        name=path.stem,
        language=language,
        title=front["title"],
        summary=front["summary"],
        sources=tuple(front["sources"]),
        compared=compared,
        approved_by=front["approved_by"],
        order=int(front["order"]),
        markdown=text[match.end() :].strip("\n"),
        path=path,
        first_line=text[: match.end()].count("\n") + 1,
    )


def page_problems(prompts: Path, bans: tuple[Ban, ...]) -> Iterator[Problem]:
    """Broken pages, pages that lack a language, and what must not stand on a page."""
    names: dict[str, set[str]] = {}
    for language in LANGUAGES:
        folder = prompts / language / "learn"
        names[language] = {path.stem for path in folder.glob("*.md")}
        for path in sorted(folder.glob("*.md")):
            found = _read_page(path, language)
            if isinstance(found, Problem):
                yield found
            else:
                yield from _forbidden_on(found, bans)
    for language in LANGUAGES:
        for name in sorted(set().union(*names.values()) - names[language]):
            yield Problem(
                prompts / language / "learn" / f"{name}.md",
                0,
                Message("content.page_lacks_language", language=language),
            )


def _forbidden_on(page: Page, bans: tuple[Ban, ...]) -> Iterator[Problem]:
    lines = page.markdown.splitlines()
    for ban, found in broken(bans, f"{page.title}\n{page.summary}", "pages"):
        yield Problem(page.path, 2, Message("content.never_on_a_page", found=found, ban=ban.id, why=ban.why))
    for number, line in enumerate(lines, start=page.first_line):
        for ban, found in broken(bans, line, "pages"):
            yield Problem(
                page.path, number, Message("content.never_on_a_page", found=found, ban=ban.id, why=ban.why)
            )


def _blocks(markdown: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", markdown.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if lines[0].startswith("## "):
            yield f"<h2>{_inline(lines[0][3:])}</h2>"
            lines = lines[1:]
        if not lines:
            continue
        if lines[0].startswith("- "):
            yield _list("ul", lines, "- ")
        elif _NUMBERED.match(lines[0]):
            yield _list("ol", [_NUMBERED.sub("1. ", line) for line in lines], "1. ")
        else:
            yield f"<p>{_inline(' '.join(lines))}</p>"


def _list(tag: str, lines: list[str], bullet: str) -> str:
    items: list[str] = []
    for line in lines:
        if line.startswith(bullet):
            items.append(line.removeprefix(bullet))
        else:
            items[-1] += f" {line}"  # an item may go on below
    inner = "".join(f"<li>{_inline(item)}</li>" for item in items)
    return f"<{tag}>{inner}</{tag}>"


def _inline(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(text))
