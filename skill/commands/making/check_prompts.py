"""`krampevakt check-prompts`: are the files in prompts/ complete, sourced and safe?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from skill.commands.terminal import shown
from skill.content.check.check import check
from skill.content.script_reading import read_script
from skill.messages.message import Message
from skill.paths import models_dir, prompts_dir
from skill.speaking.pack.pack_voice import SPEAKERS, SpokenPack


@click.command("check-prompts")
@click.option("--prompts", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--model", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--begins", is_flag=True)
def check_prompts(prompts: Path | None, model: Path | None, begins: bool) -> None:
    """Go through all texts and phrases; faults are shown with file and line, and give exit code 1."""
    prompts = prompts or prompts_dir()
    shipped = models_dir() / "nb"
    result = check(prompts, model or (shipped if (shipped / "lexicon.tsv").is_file() else None))
    _, broken = read_script(prompts, "nb")  # the steps are the same in every language
    errors = tuple(dict.fromkeys((*result.errors, *broken)))
    for problem in errors:
        click.echo(shown(problem.sentence))
    for note in result.notes:
        click.echo(shown(note))
    for row in result.table(shown(Message("check.count_of_phrases"))):
        click.echo(row)
    for row in not_spoken(prompts):
        click.echo(row)
    if begins:
        for language, grammar, short, long in result.begins:
            click.echo(shown(Message(
                "commands.begins",
                language=language, grammar=grammar, short=short.text, long=long.text, meaning=long.intent.name,
            )))  # fmt: skip
    count = len(errors)
    click.echo(shown(Message("commands.faults", count=count) if count else Message("commands.no_faults")))
    if count:
        sys.exit(1)


def not_spoken(prompts: Path) -> Iterator[str]:
    """A note for each speaker and language whose spoken sentences don't say every text of `prompts`."""
    for language in ("nb", "nn"):
        texts = read_script(prompts, language)[0].texts
        for speaker in SPEAKERS:
            pack = SpokenPack(models_dir() / "voices" / language / speaker)
            missing = [key for key, text in texts.items() if not pack.says(text)]
            if missing:
                first = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
                told = Message("speaking.some_not_spoken", count=len(missing), texts=len(texts), shown=first)
                yield f"{language} {speaker}: {shown(told)}"
