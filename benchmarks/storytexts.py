"""Articles as a newsroom gets them, made up from a seed: originals, strangers on one subject, and copies of five kinds.

Every name and sentence here is invented. Sentences are put together from parts, so that articles share phrases as those
of one language do, and seldom more than that.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

FIRST = [
    "Ada",
    "Bram",
    "Cato",
    "Dina",
    "Emil",
    "Fenna",
    "Goran",
    "Hilde",
    "Ivo",
    "Jana",
    "Kaspar",
    "Lena",
    "Milo",
    "Nora",
    "Otis",
    "Petra",
    "Quin",
    "Rosa",
    "Sven",
    "Tilda",
]
LAST = [
    "Albrun",
    "Brekk",
    "Corvay",
    "Dolmen",
    "Estrel",
    "Falk",
    "Garrin",
    "Holtz",
    "Imbers",
    "Jastrow",
    "Kellam",
    "Lindqvar",
    "Morrow",
    "Nadvik",
    "Orsak",
    "Pellin",
    "Quarles",
    "Rensom",
    "Sorrel",
    "Tolland",
    "Ulmer",
    "Vester",
    "Wyndam",
    "Yarrow",
    "Zelnik",
]
PLACES = [
    "Sorrany",
    "Larn",
    "Lakeside",
    "Brook-on-Tarn",
    "Eastmere",
    "Kolvik",
    "Dunmoor",
    "Pell",
    "Harrowgate-by-Sea",
    "Vantry",
    "Ostrel",
    "Mirefield",
    "Calder",
    "Nordhaven",
    "Tamsin",
    "Quayle",
    "Ribbonford",
    "Selm",
    "Upper",
    "Dray",
    "Westering",
]
BODIES = [
    "harbour board",
    "city council",
    "water authority",
    "teachers' union",
    "regional court",
    "fisheries ministry",
    "transport agency",
    "central bank",
    "football league",
    "hospital trust",
    "census office",
    "grain exchange",
    "power company",
    "police inspectorate",
    "shipping line",
    "university senate",
    "farmers' association",
    "housing department",
    "border service",
    "weather institute",
]
ROLES = [
    "mayor",
    "minister",
    "chairwoman",
    "inspector",
    "spokesman",
    "director",
    "economist",
    "surgeon",
    "engineer",
    "prosecutor",
    "captain",
    "auditor",
]
ADJECTIVES = [
    "new",
    "old",
    "costly",
    "narrow",
    "disputed",
    "early",
    "final",
    "joint",
    "public",
    "secret",
    "sudden",
    "quiet",
    "broad",
    "cautious",
    "damaged",
    "empty",
    "foreign",
    "frozen",
    "hasty",
    "idle",
    "local",
    "missing",
    "northern",
    "overdue",
    "partial",
    "rural",
    "shaky",
    "tidal",
    "urgent",
    "vacant",
    "western",
    "yearly",
]
NOUNS = [
    "bridge",
    "budget",
    "ferry",
    "tunnel",
    "harvest",
    "strike",
    "verdict",
    "survey",
    "dam",
    "licence",
    "pipeline",
    "contract",
    "railway",
    "orchard",
    "reactor",
    "curfew",
    "tariff",
    "merger",
    "ballot",
    "census",
    "quarry",
    "lighthouse",
    "vaccine",
    "archive",
    "runway",
    "reservoir",
    "subsidy",
    "fleet",
    "warehouse",
    "museum",
    "stadium",
    "footpath",
    "greenhouse",
    "sewer",
    "turbine",
    "bakery",
    "canal",
    "brewery",
    "clinic",
    "depot",
    "embankment",
    "foundry",
    "granary",
    "hangar",
]
PLURALS = [
    "workers",
    "residents",
    "pupils",
    "growers",
    "drivers",
    "nurses",
    "visitors",
    "tenants",
    "sailors",
    "witnesses",
    "investors",
    "volunteers",
    "clerks",
    "shopkeepers",
    "neighbours",
    "commuters",
    "anglers",
    "pensioners",
    "students",
    "voters",
]
VERBS = [
    "approved",
    "delayed",
    "rejected",
    "inspected",
    "repaired",
    "financed",
    "cancelled",
    "reopened",
    "measured",
    "questioned",
    "replaced",
    "defended",
    "audited",
    "surveyed",
    "expanded",
    "abandoned",
    "completed",
    "criticised",
    "postponed",
    "reviewed",
    "sealed",
    "shortened",
    "supported",
    "suspended",
]
BARE = [
    "approve",
    "delay",
    "reject",
    "inspect",
    "repair",
    "finance",
    "cancel",
    "reopen",
    "measure",
    "question",
    "replace",
    "defend",
    "audit",
    "expand",
    "abandon",
    "complete",
    "postpone",
    "review",
    "seal",
    "shorten",
    "support",
    "suspend",
]
SAID = [
    "said told reporters",
    "said",
    "added",
    "explained",
    "wrote in a statement",
    "told the hearing",
    "conceded",
    "insisted",
    "warned",
]
TIMES = [
    "on Monday",
    "on Tuesday",
    "on Wednesday",
    "on Thursday",
    "on Friday",
    "last week",
    "in early spring",
    "after midnight",
    "before the recess",
    "during the inquiry",
    "at dawn",
    "in the autumn",
    "a year ago",
    "within days",
    "over the weekend",
    "by the end of June",
]
REASONS = [
    "because the {adjective} {noun} had been left out of the plans",
    "although nobody had counted the {plural}",
    "while the {plural} waited for an answer",
    "despite the objections of the {body}",
    "after {number} {plural} had complained",
    "so that the {noun} could be paid for",
    "unless the {body} agrees to a second survey",
    "since the {noun} of {place} lost its licence",
    "as the price of a {noun} rose by {number} per cent",
    "whether or not the {adjective} {noun} is ever finished",
]
SENTENCES = (
    "The {body} of {place} {verb} the {adjective} {noun} {time} {reason}.",
    "{person}, the {role} of the {body}, {said} that the {noun} was {adjective} and would cost {number} million {time}.",
    "“We will not {bare} the {noun} {reason},” {person} {said}.",
    "{number} {plural} of {place} {verb} the {noun} {time}, according to the {body}.",
    "Nobody {verb} the {adjective} {noun} in {place} {reason}.",
    "{time_first}, {plural} from {place} and {place2} {verb} a {adjective} {noun}.",
    "“The {plural} know that a {noun} like this one {time} is {adjective},” {said} {person}, who {verb} the {noun} {time}.",
    "It was the {body} that {verb} the {noun}, {person} {said}, and not the {role} of {place}.",
    "A {adjective} {noun} near {place} has stood idle {reason}.",
    "Of the {number} {plural} who {verb} the {noun}, {number2} came from {place}.",
    "The {role} {verb} the {noun} {time}; the {body} wants to {bare} it {reason}.",
    "What the {adjective} {noun} means for {place} is unclear, {said} {person} {time}.",
    "Between {place} and {place2}, the {noun} that {plural} {verb} {time} is still {adjective}.",
    "{person} {verb} the {noun} {reason}, and asked the {body} to {bare} the {adjective} {noun2} as well.",
)
SAYINGS = (
    "“I have seen a hundred plans for this {noun} and not one that would have kept the {plural} dry,” {person} said.",
    "“If the {body} wants to {bare} the {noun}, let it come to {place} and say so in front of the {plural},” {person} said.",
    "“There were {number} of us when the {noun} was {verb}, and all of us knew it was {adjective},” {person} said.",
)
FOOTERS = (
    ("Sign up for our morning letter and get the day's most important news before breakfast, free of charge and without "
    "advertising, as {number} thousand readers in {place} already do."),
    ("{place} Post is published by the {place} Press Association. No part of this page may be copied, stored or shown "
    "elsewhere without the written permission of its publisher. Write to the editors about errors: they are corrected "
    "here, with the date on which they were found."),
    ("Read more from our correspondents in {place} and {place2}, listen to the evening programme, or follow the {noun} "
    "blog, where our readers discuss what has moved them this week."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what one subject's articles are about."""

    people: tuple[str, ...]
    bodies: tuple[str, ...]
    places: tuple[str, ...]
    nouns: tuple[str, ...]


class Newsroom:
    """Writes articles; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def cast(self) -> Cast:
        pick = self.random
        people = [f"{pick.choice(FIRST)} {pick.choice(LAST)}" for _ in range(4)]
        return Cast(
            tuple(people),
            tuple(pick.sample(BODIES, 3)),
            tuple(pick.sample(PLACES, 3)),
            tuple(pick.sample(NOUNS, 8)),
        )

    def article(self, cast: Cast | None = None, *, words: int = 0, quotes: tuple[str, ...] = ()) -> str:
        """An article of about `words` (else 150 to 600) in paragraphs, with the given `quotes` somewhere in it."""
        cast = cast or self.cast()
        wanted = words or self.random.randint(150, 600)
        sentences: list[str] = []
        while sum(len(sentence.split()) for sentence in sentences) < wanted:
            sentences.append(self._filled(self.random.choice(SENTENCES), cast))
        for quote in quotes:
            sentences.insert(self.random.randint(1, len(sentences)), quote)
        paragraphs = []
        while sentences:
            size = self.random.randint(1, 4)
            paragraphs.append(" ".join(sentences[:size]))
            del sentences[:size]
        return "\n\n".join(paragraphs)

    def on_one_subject(self) -> tuple[str, str]:
        """Two reports by two reporters: the same names and things, and one or two quotations word for word."""
        cast = self.cast()
        quotes = tuple(
            self._filled(saying, cast) for saying in self.random.sample(SAYINGS, self.random.randint(1, 2))
        )
        return self.article(cast, quotes=quotes), self.article(cast, quotes=quotes)

    def furniture(self) -> list[str]:
        """What an outlet sets around every article of its: one to three paragraphs."""
        footers = self.random.sample(FOOTERS, self.random.randint(1, len(FOOTERS)))
        return [self._filled(footer, self.cast()) for footer in footers]

    # ---- Copies ----

    def with_dateline(self, text: str) -> str:
        return (
            f"{self.random.choice(PLACES).upper()}, {self.random.randint(1, 28)} March (Northwire) — {text}"
        )

    def cut(self, text: str) -> str:
        """The first 35 per cent of the words."""
        return _first_words(text, 0.35)

    def edited(self, text: str) -> str:
        """15 per cent of the words replaced, left out or preceded by another."""
        others = [*ADJECTIVES, *NOUNS, *PLURALS, *VERBS]
        paragraphs = [paragraph.split(" ") for paragraph in text.split("\n\n")]
        places = [(line, at) for line, words in enumerate(paragraphs) for at in range(len(words))]
        for line, at in self.random.sample(places, round(0.15 * len(places))):
            change = self.random.random()
            other = self.random.choice(others)
            word = paragraphs[line][at]
            paragraphs[line][at] = other if change < 0.7 else "" if change < 0.85 else f"{other} {word}"
        return "\n\n".join(" ".join(" ".join(words).split()) for words in paragraphs)

    def with_furniture(self, text: str) -> str:
        around = self.furniture()
        return "\n\n".join([*around[1:], text, around[0]])

    def with_another(self, text: str) -> str:
        """Another story after it, as in a round-up."""
        return f"{text}\n\n{self.article()}"

    @property
    def copies(self) -> dict[str, Callable[[str], str]]:
        """The kinds of copies, by what they are called in the benchmark's table."""
        return {
            "dateline added": self.with_dateline,
            "cut to 35 %": self.cut,
            "15 % of words edited": self.edited,
            "boilerplate around": self.with_furniture,
            "another story appended": self.with_another,
        }

    def _filled(self, sentence: str, cast: Cast) -> str:
        pick = self.random
        filled = sentence.replace("{reason}", pick.choice(REASONS))
        place, place2 = pick.sample(cast.places, 2)
        time = pick.choice(TIMES)
        return filled.format(
            person=pick.choice(cast.people),
            role=pick.choice(ROLES),
            body=pick.choice(cast.bodies),
            place=place,
            place2=place2,
            noun=pick.choice(cast.nouns),
            noun2=pick.choice(cast.nouns),
            adjective=pick.choice(ADJECTIVES),
            plural=pick.choice(PLURALS),
            verb=pick.choice(VERBS),
            bare=pick.choice(BARE),
            said=pick.choice(SAID),
            time=time,
            time_first=time[0].upper() + time[1:],
            number=pick.randint(3, 990),
            number2=pick.randint(3, 990),
        )


def _first_words(text: str, share: float) -> str:
    left = round(share * len(text.split()))
    kept = []
    for paragraph in text.split("\n\n"):
        words = paragraph.split()[:left]
        left -= len(words)
        if words:
            kept.append(" ".join(words))
    return "\n\n".join(kept)
