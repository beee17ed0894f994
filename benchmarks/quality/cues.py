"""Recall and precision of attributions by the word that reports them: said, according, claims ..."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

COMMONEST = 40
NO_CUE = "(none)"
_PASSED_OVER = frozenset(
    re.findall(
        r"\w+",
        "is are was were be been being am has have had having do does did will would can could may might must should "
        "to not also that as of for on in by up out at about with and the a it",
    )
)
_BASES = {
    "said": "say", "told": "tell", "wrote": "write", "written": "write", "thought": "think", "found": "find",
    "spoke": "speak", "knew": "know", "known": "know", "felt": "feel", "saw": "see", "seen": "see", "made": "make",
    "gave": "give", "meant": "mean", "heard": "hear", "held": "hold", "shown": "show", "sought": "seek",
    "began": "begin", "took": "take", "swore": "swear", "chose": "choose", "forgot": "forget", "understood": "understand",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CueRow:
    """`found`: gold contents that were found; `right`: with their source. `extra`: of those given, the wrong ones."""

    cue: str
    gold: int
    found: int
    right: int
    given: int
    extra: int


def stem(word: str) -> str:
    """What the forms of a verb share, roughly: "claims", "claimed" and "claiming" are one."""
    base = _BASES.get(word, word)
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        if base.endswith(ending) and len(base) - len(ending) >= 3:
            base = base.removesuffix(ending) + ("y" if ending in ("ied", "ies") else "")
            break
    base = base.removesuffix("e")
    return base[:-1] if len(base) > 4 and base[-1] == base[-2] and base[-1] not in "ls" else base


def cue_word(words: list[str], reporting: frozenset[str]) -> str:
    """The one word of a cue that reports: a known one before any other, else the last that is no auxiliary."""
    telling = [word for word in words if word[0].isalpha() and word not in _PASSED_OVER]
    return next((word for word in telling if word in reporting), telling[-1] if telling else NO_CUE)


def cue_rows(
    scorer: ModuleType, gold: Mapping[str, Any], found: Mapping[str, Any]
) -> tuple[list[CueRow], dict[str, tuple[int, int, int]]]:
    """The commonest cues of the gold, and each article's (gold, given, right), as the scorer's "main" counts them."""
    reporting = frozenset(scorer.REPORTING)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    articles = {}

    def stem_of(article: Any, attribution: Any) -> str:
        words = [article.text[slice(*article.spans[t])].lower() for t in sorted(attribution.tokens["cue"])]
        word = cue_word(words, reporting)
        spelled[stem(word)][word] += 1
        return stem(word)

    for name, record in gold.items():
        article = scorer.Article(record["text"])
        wanted = scorer.read_attributions(article, record)
        given = scorer.read_attributions(article, found[name])
        of_wanted = [stem_of(article, a) for a in wanted]
        of_given = [stem_of(article, a) for a in given]
        close = {
            (i, j): overlap
            for i, g in enumerate(wanted)
            for j, p in enumerate(given)
            if g.words["content"] & p.words["content"]
            and (overlap := scorer.jaccard(g.words["content"], p.words["content"])) >= 0.5
        }
        pairs = {
            level: scorer.assign(
                {
                    (i, j): 1000 + overlap
                    for (i, j), overlap in close.items()
                    if scorer.LEVELS[level](wanted[i], given[j])
                }
            )
            for level in ("content", "main")
        }
        counts["gold"].update(of_wanted)
        counts["given"].update(of_given)
        counts["found"].update(of_wanted[i] for i, _ in pairs["content"])
        counts["right"].update(of_wanted[i] for i, _ in pairs["main"])
        rightly = {j for _, j in pairs["main"]}
        counts["extra"].update(key for j, key in enumerate(of_given) if j not in rightly)
        articles[name] = (len(wanted), len(given), len(rightly))
    commonest = sorted(counts["gold"], key=lambda key: (-counts["gold"][key], key))[:COMMONEST]
    rows = [
        CueRow(
            min(spelled[key], key=lambda word: (-spelled[key][word], word)),
            *(counts[name][key] for name in ("gold", "found", "right", "given", "extra")),
        )
        for key in commonest
    ]
    return rows, articles
