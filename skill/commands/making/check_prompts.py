"""`krampevakt check-prompts`: are the files in prompts/ complete, sourced and safe?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from skill.content.check.check import check
from skill.content.script import read_script
from skill.paths import models_dir, prompts_dir


@click.command("check-prompts")
@click.option(
    "--prompts", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Mappa med tekstene."
)
@click.option(
    "--model", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Mappa med talemodellen."
)
@click.option(
    "--begins", is_flag=True, help="Vis også fraser som begynner en annen frase med en annen mening."
)
def check_prompts(prompts: Path | None, model: Path | None, begins: bool) -> None:
    """Gå gjennom alle tekster og fraser; feil vises med fil og linje, og gir avslutningskode 1."""
    prompts = prompts or prompts_dir()
    shipped = models_dir() / "nb"
    result = check(prompts, model or (shipped if (shipped / "lexicon.tsv").is_file() else None))
    _, broken = read_script(prompts, "nb")  # the steps are the same in every language
    errors = tuple(dict.fromkeys((*result.errors, *broken)))
    for problem in errors:
        click.echo(str(problem))
    for note in result.notes:
        click.echo(note)
    for row in result.table():
        click.echo(row)
    if begins:
        for language, grammar, short, long in result.begins:
            click.echo(f"{language} {grammar}: «{short.text}» begynner «{long.text}» ({long.intent.name})")
    count = len(errors)
    click.echo(f"{count} feil" if count else "Ingen feil")
    if count:
        sys.exit(1)
