"""Can evidence settle it, and is it worth settling: `checkable` with reasons, and a score 0..1."""

import re

from .types import Form

REASONS = {
    "own_voice": "The outlet states it as a fact.",
    "has_figure": "It gives a figure that can be looked up.",
    "has_date": "It names a time or a date.",
    "past_event": "It tells of something that happened or is so.",
    "comparison": "It compares or ranks.",
    "cause": "It says that one thing led to another.",
    "denial": "It denies something that evidence could show.",
    "accusation": "It accuses somebody of something.",
    "finding": "It reports a finding or a record.",
    "factual": "It states something evidence could settle.",
    "opinion": "It is an opinion or a judgement of taste.",
    "forecast": "It is about what may or will happen.",
    "norm": "It says what should be done.",
    "feeling": "It tells of a feeling, a hope or a wish.",
    "intent": "It states an intention or a promise.",
    "possibility": "It says only that something may be so.",
}
NORM = re.compile(
    r"\b(?:should|shouldn['’]t|must|ought to|need(?:s)? to|needs|have to|has to|[gG]ot to|entitled to|important (?:for|to|that)|supposed to|let us|let['’]s)\b",
    re.IGNORECASE,
)
FORECAST = re.compile(
    r"\b(?:will|won['’]t|would|wouldn['’]t|could|may|might|going to|expected to|likely|about to|shall|['’]ll)\b",
    re.IGNORECASE,
)
FEELING = re.compile(
    r"\b(?:hope[sd]?|hopeful|want(?:s|ed)?|wish(?:es|ed)?|fear(?:s|ed)?|worr(?:y|ied|ies)|love[sd]?|hate[sd]?|feel|felt|feels|happy|sad|"
    r"proud|pleased|relieved|grateful|disappointed|frustrated|angry|excited|sorry|glad|unhappy|shocked|looking forward|"
    r"concerned|confident|regret(?:s|ted)?|focused on|like the fact|don['’]t (?:blame|care)|support[s]?)\b",
    re.IGNORECASE,
)
OPINION = re.compile(
    r"\b(?:I think|we think|I believe|we believe|in my (?:view|opinion)|I guess|I['’]m sure|appropriate|inappropriate|unacceptable|disgraceful|"
    r"wonderful|terrible|horrible|great|greatest|best|worst|good|bad|better|beautiful|absurd|ridiculous|unfair|fair|wrong|right|"
    r"important|vital|significant|success|failure|nonsense|betrayal|shame(?:ful)?|excellent|amazing|incredible|tough|hard|easy|"
    r"misleading|dangerous|reasonable|irresponsible|historic|strong|weak|clear|credible|reliable|positive|negative|fault|baseless|"
    r"unfounded|tragic|tragedy|outrageous|inhumane|crazy|stupid|special|special|perfect|fantastic|sense|worth)\b",
    re.IGNORECASE,
)
INTENT = re.compile(
    r"^(?:to\b)|\b(?:I|we|he|she|they|it)(?:['’]ll| will| would| am going to| are going to|['’]re going to|['’]m going to| plan(?:s)? to| intend(?:s)? to| aim(?:s)? to|['’]m not going)\b|\b(?:committed to|determined to|pledge[sd]? to|vow(?:s|ed)? to|promise[sd]? to)",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|dozens|hundred|hundreds|thousand|thousands|million|millions|billion|billions|percent|per cent|half|double|twice|majority)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|last (?:week|month|year)|(?:19|20)\d\d)\b"
)
PAST = re.compile(
    r"\b(?:was|were|had|did|didn['’]t|has|have|hasn['’]t|haven['’]t|\w{3,}ed|began|came|went|took|gave|made|got|met|held|left|lost|won|killed|said|told|found|knew|saw|led|sent|shot|broke|built|bought|paid|sold)\b"
)
COMPARISON = re.compile(
    r"\b(?:more|less|fewer|most|least|higher|lower|largest|biggest|highest|lowest|smallest|first|record|than|only|never|always|every|none)\b",
    re.IGNORECASE,
)
CAUSE = re.compile(
    r"\b(?:because|due to|caus(?:e|ed|es|ing)|led to|result(?:ed|s)? in|thanks to|as a result|preceded by|avoided|prevent(?:ed|s|ing)?|sparked|triggered)\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:I|me|my|we|us|our)\b")


def judge(text: str, form: Form, manner: str, base: str = "") -> tuple[bool, tuple[str, ...], float]:
    """(checkable, reason codes, score) of a claim's words. Own voice is checkable by definition."""
    reasons: list[str] = []
    head = text[:400]
    against = doubts(head, manner, base)
    for code, pattern in (
        ("has_figure", FIGURE),
        ("has_date", DATE),
        ("comparison", COMPARISON),
        ("cause", CAUSE),
    ):
        if pattern.search(head):
            reasons.append(code)
    past = bool(PAST.search(head))
    if past:
        reasons.append("past_event")
    if manner == "denial":
        reasons.append("denial")
    if manner in ("accusation", "passive"):
        reasons.append("accusation")
    score = (
        0.45
        + 0.12 * ("has_figure" in reasons)
        + 0.06 * ("has_date" in reasons)
        + 0.06 * ("comparison" in reasons)
    )
    score += 0.08 * ("cause" in reasons) + 0.06 * past + 0.1 * (manner in ("denial", "accusation", "passive"))
    if form == "own-voice":
        return True, ("own_voice", *reasons), round(min(score, 0.95), 3)
    if against:
        return False, (*against, *reasons), round(max(score - 0.3, 0.02), 3)
    return True, tuple(reasons) or ("factual",), round(min(score + 0.1, 0.98), 3)


def doubts(text: str, manner: str, base: str) -> list[str]:
    """Why evidence could not settle it."""
    if manner in ("denial", "accusation", "passive"):
        return []
    found: list[str] = []
    if NORM.search(text):
        found.append("norm")
    if INTENT.search(text):
        found.append("intent")
    elif FORECAST.search(text):
        found.append("forecast")
    if FEELING.search(text) or base in ("hope", "fear", "worry"):
        found.append("feeling")
    if OPINION.search(text) or manner == "view" or manner == "description":
        found.append("opinion")
    return found
