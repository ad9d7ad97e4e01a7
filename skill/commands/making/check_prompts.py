"""`krampevakt check-prompts`: are the files in prompts/ complete, sourced and safe?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from skill.commands.terminal import shown
from skill.content.check.check import check
from skill.content.script import read_script
from skill.messages.message import Message
from skill.paths import models_dir, prompts_dir


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
    for row in result.table():
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
