"""Talk that is not for the device: everyday Norwegian, words that sound like ours, other languages. SYNTHETIC."""

from __future__ import annotations

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from tests.hearing.speech import pause, rendered

EVERYDAY = """i morgen skal vi kjøre til byen og handle mat til hele uka
har du husket å låse døra og slå av lyset på badet
jeg drømte at vi var på hytta og at det snødde hele natta
naboen har kjøpt ny bil og den er visst elektrisk
kan du skru ned lyden på fjernsynet jeg prøver å sove
det blir regn på Vestlandet og sol i nord sier de på radioen
barnebarna kommer på søndag og da baker vi boller
hva er klokka nå den må være over tre
jeg fant ikke brillene mine så jeg leste ikke avisa i dag
toget var forsinket igjen og alle måtte vente på stasjonen
han sa at han skulle ringe men det gjorde han aldri
vi må huske å vanne blomstene før vi reiser
statsministeren sier at regjeringen vil bruke mer penger på veier
brannvesenet rykket ut til en hytte i natt ingen er skadet
nei jeg tror ikke det er så farlig han blir nok snart frisk
hun gikk over gata og stoppet foran butikken
det er bedre å komme for sent enn aldri
hjelp sa hun og lo jeg har glemt hele talen
legg fra deg boka nå og slukk lyset
foten av fjellet ligger i skygge hele vinteren
de står bak låven og foran ligger det et jorde
vi er ferdige med å male huset men gjerdet er igjen
hun har vondt for å si nei til noen som ber om hjelp
den neste bussen går ti på ni fra torget
kom og se på månen den er helt rød i kveld
det var en gang en konge som hadde tre sønner
jeg legger meg litt så kan du vekke meg klokka sju
har du tatt medisinen din og drukket nok vann
katten sitter under senga og vil ikke komme ut
takk for i kveld det var veldig hyggelig sov godt""".splitlines()

_SIMILAR = """lampe|lampa i gangen|campe|vi skal campe i lia|krabbe|krabbe i fjæra|legge|legge seg|legger du deg|svamp
en svamp i vasken|kamp i legene|lampe i veggen|trampe i trappa|stampe|stopper|klokka stopper|topp|kopp|stolpe|hopp
foto|boten|roten|måten|låret var hvitt|håret|tærer på|tørrer|klampe|rampe|krem i eggene|krampelatter|hjelm|hjelme
ville vente|venter|neste uke|nesten|gjenfinne|bedrift|betre seint enn aldri|verre enn verst|vi gikk over brua
har skampe|jeg har lampe i veggen|hver kveld|pusten gikk|får ikke bruse|godt i magen|godt i brystet"""
SIMILAR = _SIMILAR.replace("\n", "|").split("|")

OTHER = {
    "sv": "i morgon åker vi till stan och handlar mat. klockan är över tre och jag kan inte sova. har du släckt lampan",
    "da": "i morgen kører vi til byen og køber ind. klokken er over tre og jeg kan ikke sove. har du slukket lampen",
    "de": "morgen fahren wir in die stadt und kaufen ein. es ist schon nach drei und ich kann nicht schlafen",
    "en": "stop the car here. we are going camping next week. help me with the lamp, it is better than the old one",
    "fr": "demain nous allons en ville faire les courses. il est plus de trois heures et je ne dors pas",
    "nl": "morgen rijden we naar de stad om boodschappen te doen. de lamp in de gang is kapot, wacht even",
    "pl": "jutro jedziemy do miasta na zakupy. jest po trzeciej i nie mogę spać",
    "es": "mañana vamos a la ciudad a comprar comida. son más de las tres y no puedo dormir",
}
VOICES = ("nb", "nb+f2", "nb+f4", "nb+m2", "nb+m4", "nb+m7")


def sentence(rng: np.random.Generator) -> tuple[str, str, int, int]:
    """A text with voice, words a minute and pitch: three in five everyday, the rest similar words and foreign."""
    kind = rng.random()
    rate_wpm, pitch = int(rng.integers(120, 190)), int(rng.integers(20, 80))
    voice = str(rng.choice(VOICES))
    if kind < 0.6:
        return str(rng.choice(EVERYDAY)), voice, rate_wpm, pitch
    if kind < 0.8:
        return str(rng.choice(SIMILAR)), voice, rate_wpm, pitch
    language = str(rng.choice(list(OTHER)))
    return str(rng.choice(OTHER[language].split(". "))), language, rate_wpm, pitch


def talk(seconds: float, rng: np.random.Generator, longest_pause_s: float = 1.5) -> Samples:
    """Sentences one after the other with pauses between."""
    pieces: list[Samples] = []
    left = round(seconds * RATE_HZ)
    while left > 0:
        text, voice, rate_wpm, pitch = sentence(rng)
        pieces += [rendered(text, voice, rate_wpm, pitch), pause(float(rng.uniform(0.1, longest_pause_s)))]
        left -= len(pieces[-1]) + len(pieces[-2])
    return np.concatenate(pieces)[: round(seconds * RATE_HZ)]
