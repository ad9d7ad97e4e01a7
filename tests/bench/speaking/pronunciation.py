"""How many words of the prompts are said as the lexicon has them: `python -m tests.bench.speaking.pronunciation`

Compares espeak-ng's own phoneme trace of every prompt with models/nb/lexicon.tsv and, for words that it lacks, with
tests/speaking/voices/prompt_words.tsv: without prompts/pronunciation.toml and with it.
"""

from __future__ import annotations

from models.measuring.voice.phoneme_trace import trace
from models.measuring.voice.spoken_agreement import disagreements, words
from skill.content.script_reading import read_script
from skill.languages import Language
from skill.paths import prompts_dir
from skill.speaking.voices.pronunciation import Respelling, load_respelling
from tests.speaking.voices.test_pronunciation import lexicon


def main() -> None:
    ways = lexicon()
    languages: tuple[Language, ...] = ("nb", "nn")
    tables = {
        "espeak-ng alone": Respelling({}),
        "with pronunciation.toml": load_respelling(prompts_dir() / "pronunciation.toml"),
    }
    print("                             words that agree     running words that agree")
    for language in languages:
        texts = sorted(set(read_script(prompts_dir(), language)[0].texts.values()))
        running = [word for text in texts for word in words(text)]
        for name, table in tables.items():
            wrong = disagreements(texts, trace([table.apply(text, language) for text in texts]), ways)
            good = len(set(running)) - len({one.word for one in wrong})
            print(
                f"{language} {name:24} {good:5} of {len(set(running))} ({good / len(set(running)):.0%})"
                f"      {len(running) - len(wrong):5} of {len(running)} ({1 - len(wrong) / len(running):.0%})"
            )
            if table is tables["with pronunciation.toml"]:
                for one in wrong:
                    print(f"    {one.word}: said {' '.join(one.said)}, wished {one.wished}, in «{one.text}»")


if __name__ == "__main__":
    main()
