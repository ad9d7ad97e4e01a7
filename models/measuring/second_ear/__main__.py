"""``python -m models.measuring.second_ear``: closed sets and sentences, by the second ear alone.

python -m models.measuring.second_ear --manifest recordings/dev/manifest.tsv --group forvo --half A --n 30,300
python -m models.measuring.second_ear --manifest recordings/dev/people_sentences/manifest.tsv --drawings 5
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from models.measuring.disturbance import Disturbance
from models.measuring.recordings import read_manifest
from models.measuring.second_ear.asking import Guessing, hear_all
from models.measuring.second_ear.closed import among, drawing
from skill.paths import models_dir
from skill.second_ear.weights import load_networks

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_BEDROOM_RT60_S = (0.3, 0.6)


@click.command()
@click.option("--manifest", type=_FILE, required=True)
@click.option("--folder", type=_FOLDER, help="Weights [the ones that ship].")
@click.option("--half", type=click.Choice(["A", "B"]))
@click.option("--group", help="Only this folder of the manifest.")
@click.option("--n", "ns", default="", help="Sizes of closed sets, such as 30,300.")
@click.option("--words", "only", default="", help="Only clips that say one of these, separated by commas.")
@click.option("--most", default=0, help="At most so many clips.")
@click.option("--drawings", default=0, help="So many drawings of 60 sentences made phrases.")
@click.option("--snr", type=float, help="Pink noise so many dB below.")
@click.option("--room", is_flag=True, help="In a bedroom, RT60 0.3-0.6 s.")
def main(  # noqa: PLR0913  click gives a parameter for each option
    manifest: Path, folder: Path | None, half: str | None, group: str | None, ns: str, only: str, most: int,
    drawings: int, snr: float | None, room: bool,
) -> None:  # fmt: skip
    """Measure the second ear on recordings."""
    networks = load_networks(folder or models_dir() / "second_ear")
    lexicon = Guessing(models_dir() / "nb/lexicon.tsv", models_dir() / "nb/letters.gz")
    wanted = {word.strip() for word in only.split(",") if word.strip()}
    clips = [
        clip
        for clip in read_manifest(manifest)
        if (half is None or clip.half == half)
        and (group is None or clip.group == group)
        and (not wanted or clip.transcript in wanted)
    ][: most or None]
    disturbance = Disturbance(snr, "pink", _BEDROOM_RT60_S if room else None, 0.0, 3)
    began = time.process_time()
    heard = list(hear_all(networks, clips, disturbance))
    print(
        f"{len(heard)} clips, {disturbance}, {(time.process_time() - began) / max(1, len(heard)):.3f} s of a core each"
    )
    for n in [int(part) for part in ns.split(",") if part.strip()]:
        found = among(heard, n, 3, lexicon, networks.phones)
        print(f"right among {n}: {found.right}; wrong: {', '.join(f'{a}→{b}' for a, b in found.wrong[:12])}")
    for seed in range(drawings):
        sentences = drawing(heard, 60, seed, lexicon, networks.phones)
        true = ", ".join(f"{value:.2f}" for value in sentences.true_scores[:5])
        false = ", ".join(f"{value:.2f}" for value in sentences.false_scores[:5])
        print(f"drawing {seed}: right {sentences.right}; lowest true {true}; highest other {false}")


if __name__ == "__main__":
    main()
