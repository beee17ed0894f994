"""From the tagger's scores to attributions: the best sequence of tags, its spans, and what belongs to what."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoding import QUOTATION_MARK, Window, Words
from .types import Span

ROLES = ("content", "source", "cue")
TAGS = ("O", *(f"{place}-{role}" for role in ROLES for place in "BI"))
TAG = {tag: number for number, tag in enumerate(TAGS)}

RELATIVES = frozenset({"who", "which", "whose", "whom", "where"})
LONGEST_CLAUSE = 40  # words
LIKELY = 0.5
UNRIVALLED = 5.0  # how much better the only one fits than the next
PUNCTUATION = 4  # shapes from here on are marks, see encoding.shape

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """What the network says of one window: log-probabilities of tags (pieces, 7), scores of links source and
    cue (pieces, pieces), and of check-worthiness check (pieces, 3).
    """

    window: Window
    tags: Scores
    source: Scores
    cue: Scores
    check: Scores


@dataclass(slots=True)
class Candidate:
    """An attribution in word numbers, with the signs that tell how likely it is right (see SIGNS)."""

    cue: list[int]
    source: list[int]
    content: list[list[int]]
    signs: list[float]


SIGNS = (
    "the cue's log-odds", "how sure its words are cue", "the source link's log-odds", "whether it has a source",
    "how sure the source's words are source", "how sure the content's words are content", "its first word's",
    "its last word's", "the content link's log-odds", "length of the content", "share in quotation marks",
    "number of pieces", "distance from cue to content", "whether the content ends at a mark",
    "the calmest reading it is in", "how many readings it is in",
)  # fmt: skip


def log_softmax(scores: Scores) -> Scores:
    scores = scores - scores.max(-1, keepdims=True)
    result: Scores = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return result


def word_scores(scored: Scored, what: str) -> Scores:
    """The scores `what` ("tags" or "check") of a window's words, in their order."""
    rows: Scores = getattr(scored, what)[np.array(scored.window.words) >= 0]
    return rows


def best_path(scores: Scores, eager: float) -> list[int]:
    """The likeliest tags of which each I- follows its B- or I- (Viterbi 1967). Linear in words."""
    path: list[tuple[int, int, int, int]] = []  # best tag before; whether each I- came from its own I-
    rows = scores.tolist()
    if not rows:
        return []
    first = rows[0]
    held = [first[0] - eager, first[1], -1e9, first[3], -1e9, first[5], -1e9]
    for row in rows[1:]:
        best = max(held)
        before = held.index(best)
        stay_1, stay_3, stay_5 = held[2] > held[1], held[4] > held[3], held[6] > held[5]
        path.append((before, 2 if stay_1 else 1, 4 if stay_3 else 3, 6 if stay_5 else 5))
        held = [
            best + row[0] - eager,
            best + row[1],
            (held[2] if stay_1 else held[1]) + row[2],
            best + row[3],
            (held[4] if stay_3 else held[3]) + row[4],
            best + row[5],
            (held[6] if stay_5 else held[5]) + row[6],
        ]
    tag = held.index(max(held))
    tags = [tag]
    for before, content, source, cue in reversed(path):
        tag = content if tag == 2 else source if tag == 4 else cue if tag == 6 else before
        tags.append(tag)
    return tags[::-1]


def spans_of(tags: list[int], role: str, first: int = 0) -> list[list[int]]:
    """The word numbers of each span of a role; the first tag is that of word `first`."""
    begin, inside = TAG["B-" + role], TAG["I-" + role]
    found: list[list[int]] = []
    for i, tag in enumerate(tags, first):
        if tag == begin or (tag == inside and not (found and found[-1][-1] == i - 1)):
            found.append([i])
        elif tag == inside:
            found[-1].append(i)
    return found


def choose(
    words: Words, scored: Scored, eager: list[float], judge: list[float], threshold: float
) -> list[tuple[float, Candidate]]:
    """(how likely it is right, the attribution) of a window, in text order; no word is the content or cue of two.

    Candidates come from several readings, each more eager than the one before to see a word as part of something.
    The likeliest are taken first. One that is right with a probability of at least `threshold` is worth giving
    when precision and recall weigh alike.
    """
    ranked = sorted(
        ((probability(item, judge), item) for item in pool(words, scored, eager)), key=lambda pair: -pair[0]
    )
    taken: set[tuple[str, int]] = set()
    chosen: list[tuple[float, Candidate]] = []
    for likely, item in ranked:
        if likely < threshold:
            break
        mine = {("content", i) for piece in item.content for i in piece} | {("cue", i) for i in item.cue}
        if not mine & taken:
            taken |= mine
            chosen.append((likely, item))
    return sorted(chosen, key=lambda pair: (pair[1].cue[0], pair[1].content[0][0]))


def pool(words: Words, scored: Scored, eager: list[float]) -> list[Candidate]:
    """The candidates of all readings, each once, with two more signs: the calmest reading it is in, and in how many."""
    logs = word_scores(scored, "tags")
    found: dict[tuple[tuple[int, ...], ...], Candidate] = {}
    for level in eager:
        for item in candidates(words, scored, logs, level):
            key = (tuple(item.cue), tuple(item.source), tuple(i for piece in item.content for i in piece))
            if key in found:
                found[key].signs[-1] += 1
            else:
                item.signs += [level, 1.0]
                found[key] = item
    return list(found.values())


def candidates(words: Words, scored: Scored, logs: Scores, eager: float) -> list[Candidate]:
    """Every cue with its source and content, in text order. A cue without content is none.

    `eager` is taken off the log-probability of "O": the higher, the more is found, rightly and wrongly.
    """
    first = scored.window.words[1]
    tags = best_path(logs, eager)
    cues, sources, contents = (spans_of(tags, role, first) for role in ("cue", "source", "content"))
    if not cues or not contents:
        return []
    place = {word: at for at, word in enumerate(scored.window.words) if word >= 0}
    chances = np.exp(logs)
    result = [Candidate(cue, [], [], []) for cue in cues]
    links: list[list[float]] = [[] for _ in cues]
    for content in contents:
        owner, odds = owner_of(content, cues, scored, place)
        result[owner].content.append(content)
        links[owner].append(odds)
    kept = []
    for item, odds_here in zip(result, links, strict=True):
        if not item.content:
            continue
        source, odds = source_of(item.cue, sources, scored, place)
        item.source = with_its_clause(source, item.cue, words, chances, first)
        item.signs = signs(item, words, chances, first, odds, min(odds_here))
        kept.append(item)
    return kept


def owner_of(
    content: list[int], cues: list[list[int]], scored: Scored, place: dict[int, int]
) -> tuple[int, float]:
    """(the number of the cue that content belongs to, how much better it fits than the next)."""
    columns = [place[cue[0]] for cue in cues]
    fits = scored.cue[np.ix_([place[i] for i in content], columns)].mean(0)
    best = int(fits.argmax())
    others = np.delete(fits, best)
    return best, float(fits[best] - others.max()) if len(others) else UNRIVALLED


def source_of(
    cue: list[int], sources: list[list[int]], scored: Scored, place: dict[int, int]
) -> tuple[list[int], float]:
    """(the source of a cue, how much better it fits than the next): position 0 stands for none."""
    row = scored.source[place[cue[0]]]
    options: list[tuple[float, list[int]]] = [(float(row[0]), [])]
    options += [(float(row[place[source[0]]]), source) for source in sources]
    options.sort(key=lambda option: -option[0])
    odds = options[0][0] - options[1][0] if len(options) > 1 else UNRIVALLED
    return options[0][1], odds


def with_its_clause(
    source: list[int], cue: list[int], words: Words, chances: Scores, first: int
) -> list[int]:
    """A source with the relative clause that describes it, where the network began to read one: "Ann Doe, who"."""
    if len(source) < 3 or word_at(words, source[-1]) not in RELATIVES or word_at(words, source[-2]) != ",":
        return source
    end = last = source[-1]
    limit = min(first + len(chances), last + LONGEST_CLAUSE)
    while end + 1 < limit:
        here = end + 1
        mark = words.features[here] // 2 == QUOTATION_MARK
        over = words.paragraphs[here] != words.paragraphs[last] or word_at(words, here) in ".!?"
        if here == cue[0] or mark or over or chances[here - first, 1:3].sum() > LIKELY:
            break
        end = here
    while end > last and not word_at(words, end)[0].isalnum():
        end -= 1
    return [*source, *range(last + 1, end + 1)] if end > last else source[:-1] or source


def word_at(words: Words, number: int) -> str:
    return words.text[words.starts[number] : words.ends[number]].lower()


def signs(
    item: Candidate, words: Words, chances: Scores, first: int, source_odds: float, content_odds: float
) -> list[float]:
    """Numbers about a candidate, in the order of SIGNS. `chances` has a row for each word from `first` on."""
    content = [i for piece in item.content for i in piece]
    is_cue = chances[[i - first for i in item.cue], 5:7].sum(1)
    is_content = chances[[i - first for i in content], 1:3].sum(1)
    is_source = chances[[i - first for i in item.source], 3:5].sum(1).mean() if item.source else 0.0
    begins = chances[content[0] - first, 1]
    after = content[-1] + 1
    ends = 1.0 - (chances[after - first, 2] if after - first < len(chances) else 0.0)
    quoted = sum(words.features[i] % 2 for i in content) / len(content)
    closed = after >= len(words) or words.features[after] // 2 >= PUNCTUATION
    gap = min(abs(content[0] - item.cue[-1]), abs(item.cue[0] - content[-1]))
    return [
        log_odds(float(is_cue[0])), float(is_cue.mean()), min(source_odds, 8.0), float(bool(item.source)),
        float(is_source), float(is_content.mean()), float(begins), float(ends), min(content_odds, 8.0),
        math.log(len(content)), quoted, float(len(item.content)), math.log1p(gap), float(closed),
    ]  # fmt: skip


def log_odds(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def probability(item: Candidate, weights: list[float]) -> float:
    """How likely a candidate is right: a logistic model of its signs, the last weight being the constant."""
    total = weights[-1] + sum(w * x for w, x in zip(weights, item.signs, strict=False))
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


def as_spans(words: Words, numbers: list[int]) -> list[Span]:
    """Word numbers as code point spans, consecutive words joined."""
    result: list[Span] = []
    last = -2
    for i in sorted(numbers):
        if i == last + 1 and result:
            result[-1] = (result[-1][0], words.ends[i])
        else:
            result.append((words.starts[i], words.ends[i]))
        last = i
    return result
