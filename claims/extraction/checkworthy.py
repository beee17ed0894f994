"""Can evidence settle it: `checkable`, with reasons a person can read. How worth settling it is, the model says.

What counts is the main proposition: words of a subordinate clause raise no doubt about it.
"""

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
    "factual": "It states something evidence could settle.",
    "opinion": "It is an opinion or a judgement of taste.",
    "forecast": "It is about what may or will happen.",
    "norm": "It says what should be done.",
    "feeling": "It tells of a feeling, a hope or a wish.",
    "intent": "It states an intention or a promise.",
}
HEAD = 400  # characters of a claim that are read
SHORTEST_MAIN = 3  # words a main clause has at least

SUBORDINATE = re.compile(
    r"\s(?:who|which|that|whether|because|although|though|after|before|while|when|if|as|so that|what|how|why|where)\s|[;–—]\s"
)
COPULA = r"(?:(?:is|are|was|were)(?:n['’]t)?|be|been|being|am|['’]s|['’]re|['’]m|became|becomes|remains?|seems?|seemed|looks?|looked|feels?|felt|sounds?)"
ADJECTIVES = (
    "appropriate|inappropriate|unacceptable|disgraceful|wonderful|terrible|horrible|great|good|bad|better|worse|beautiful|"
    "absurd|ridiculous|unfair|fair|wrong|right|important|vital|crucial|significant|nonsense|shame|shameful|excellent|amazing|"
    "incredible|tough|hard|easy|misleading|dangerous|reasonable|irresponsible|historic|strong|weak|clear|credible|reliable|"
    "positive|negative|tragic|tragedy|outrageous|inhumane|crazy|stupid|special|perfect|fantastic|worth|unbearable|proud|"
    "insult|scandal|disgrace|betrayal|mistake|failure|disaster|success|committed|ready|serious|necessary|essential|too"
)
OPINION = re.compile(
    rf"\b{COPULA}(?:\s+\w+){{0,3}}?\s+(?:{ADJECTIVES})\b"
    r"|\b(?:I|we) (?:think|believe|guess|suppose)\b|\bin (?:my|our) (?:view|opinion)\b|\bI['’]m sure\b"
    r"|\b(?:can['’]t|cannot|not able to|unable to|no (?:viable )?option|enough)\b"
    r"|\b(?:fault|too much|how much|much more|the (?:best|worst|greatest))\b"
    r"|^\W*(?:you|you['’](?:ve|re))\b",
    re.IGNORECASE,
)
COMMENT = re.compile(
    rf"^\W*(?:it|that|this) {COPULA} (?:an? |the |simply |just |hardly )*(?:{ADJECTIVES})\b|\bin (?:my|our) (?:view|opinion)\b",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"\b(?:false|untrue|not true|true|lie|lies|fake|fabricated|unfounded|baseless|groundless|fiction|hoax|fraudulent)\b",
    re.IGNORECASE,
)
NOTED = re.compile(r"^\W*it (?:should|must) be (?:noted|said|stressed) that ", re.IGNORECASE)
NORM = re.compile(
    r"\b(?:should|shouldn['’]t|must|ought to|needs? to|have to|has to|got to|entitled to|important (?:for|to|that)|supposed to|"
    r"let us|let['’]s|deserves?)\b",
    re.IGNORECASE,
)
ADVICE = re.compile(r"\b(?:should(?! have)|shouldn['’]t|ought to|let us|let['’]s|we must)\b", re.IGNORECASE)
FORECAST = re.compile(
    r"\b(?:will|won['’]t|would|wouldn['’]t|(?-i:may)|might|going to|expected to|likely|about to|shall|\w+['’]ll|"
    r"could(?! only| not))\b(?! have \w+(?:ed|en|wn)\b)",
    re.IGNORECASE,
)
# What is set down for a time is a fact of the calendar, not a guess: "will reopen at 3pm", "is due to report in June".
SCHEDULED = re.compile(
    r"\b(?:will|would|to|be|is|are|was|were)\s+(?:be\s+|have\s+)?(?:begin|beginning|start|starting|open|opening|reopen|resume|"
    r"publish|published|release|released|report|meet|held|vote|visit|arrive|launch|launched|marry|return|play|"
    r"signed|announced|heard|sworn|sentenced|appear|take place|end|expire|leave|face|a medical|discussed|presented)\b",
    re.IGNORECASE,
)
APPOINTED = re.compile(
    r"\b(?:at|by|from|until|on|in|before|after|this|next|later|within) (?:the |this |next |early |late |mid-)*(?:\d|January|"
    r"February|March|April|May\b|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|"
    r"Saturday|Sunday|spring|summer|autumn|fall\b|winter|week|weekend|month|year|days|weeks|noon|midnight|tomorrow)|"
    r"\btomorrow\b|\bnext (?:week|month|year)\b",
)
QUOTATION_MARKS = re.compile("[“”\"«»]|(?<!\\w)[‘'’]|[‘'’](?!\\w)")
FEELING = re.compile(
    r"\b(?:(?-i:hope[sd]?)|hopeful|wish(?:es|ed)?|worr(?:y|ied|ies)|feel|feels|happy|sad|proud|pleased|relieved|grateful|disappointed|"
    r"angry|excited|sorry|glad|unhappy|looking forward|regret(?:s|ted)?|don['’]t (?:blame|care)|"
    rf"frustrated|agrees? with)\b|\b{COPULA} (?:\w+ )?concerned\b|\b(?:I|we|they|he|she) (?:want|wants|fear|love|hate|like)\b",
    re.IGNORECASE,
)
INTENT = re.compile(
    r"^to\b|\b(?:I|we|he|she|they|it)(?:['’]ll| will| would| am going to| are going to|['’]re going to|['’]m going to|"
    r" plans? to| intends? to| aims? to|['’]m not going)\b|\b(?:committed to|determined to|pledged? to|vow(?:s|ed)? to|promised? to)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?|percent|per cent|"
    r"half|double|twice|majority)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|"
    r"Friday|Saturday|Sunday|yesterday|last (?:week|month|year)|(?:19|20)\d\d)\b"
)
PAST = re.compile(
    r"\b(?:was|were|had|did|didn['’]t|has|have|hasn['’]t|haven['’]t|\w{3,}ed|began|came|went|took|gave|made|got|met|held|left|"
    r"lost|won|said|told|found|knew|saw|led|sent|shot|broke|built|bought|paid|sold|fell|rose)\b"
)
VERBAL = re.compile(
    rf"{PAST.pattern}|\b{COPULA}\b|\b(?:will|would|can|could|may|might|must|should|do|does|[a-z]{{3,}}s)\b"
)  # there is a verb, or what looks like one
COMPARISON = re.compile(
    r"\b(?:more|less|fewer|most|least|higher|lower|largest|biggest|highest|lowest|smallest|first|record|than|only|never|always|"
    r"every|none)\b",
    re.IGNORECASE,
)
CAUSE = re.compile(
    r"\b(?:because|due to|caus(?:e|ed|es|ing)|led to|result(?:ed|s)? in|thanks to|as a result|preceded by|avoided|"
    r"prevent(?:ed|s|ing)?|sparked|triggered)\b",
    re.IGNORECASE,
)
FOR_CHECKING = (
    ("has_figure", FIGURE),
    ("has_date", DATE),
    ("comparison", COMPARISON),
    ("cause", CAUSE),
    ("past_event", PAST),
)
MINDS = frozenset({"believe", "think", "feel", "suspect", "reckon", "doubt"})
MOODS = frozenset({"hope", "fear", "worry"})


def judge(text: str, form: Form, manner: str, base: str = "") -> tuple[bool, tuple[str, ...]]:
    """(checkable, reason codes) of a claim's words, the manner and the verb it is told with."""
    head = QUOTATION_MARKS.sub("", text[:HEAD])
    reasons = [code for code, pattern in FOR_CHECKING if pattern.search(head)]
    if manner == "denial" or (form != "own-voice" and DENIAL.search(head)):
        reasons.append("denial")
    if manner in ("accusation", "passive"):
        reasons.append("accusation")
    if form == "own-voice":  # checkable by definition
        return True, ("own_voice", *reasons)
    against = [] if {"denial", "accusation"} & set(reasons) else doubts(head, manner, base)
    if against:
        return False, (*against, *reasons)
    return True, tuple(reasons) or ("factual",)


def doubts(text: str, manner: str, base: str) -> list[str]:
    """Why evidence could not settle the main proposition: codes of `REASONS`."""
    main = main_clause(NOTED.sub("", text))
    found: list[str] = []
    if NORM.search(main):
        found.append("norm")
    if INTENT.search(main):
        found.append("intent")
    elif FORECAST.search(main) and not (SCHEDULED.search(main) and APPOINTED.search(text)):
        found.append("forecast")
    if FEELING.search(main) or base in MOODS:
        found.append("feeling")
    judging = manner in ("view", "description") or (base in MINDS and manner != "belief")
    if judging or OPINION.search(main):
        found.append("opinion")
    return found


def is_comment(text: str) -> bool:
    """What an outlet says itself that nobody would check: a norm or a verdict of taste, with no figure in it."""
    main = main_clause(text[:HEAD])
    if COMMENT.search(text[:HEAD]):
        return True
    return bool(ADVICE.search(main)) and not FIGURE.search(text[:HEAD])


def main_clause(text: str) -> str:
    """The words up to the first subordinate clause; a fronted one is stepped over."""
    for match in SUBORDINATE.finditer(text):
        head = text[: match.start()]
        if len(head.split()) >= SHORTEST_MAIN and VERBAL.search(head):
            return head
    return text
