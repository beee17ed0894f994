"""What kind of thing a noun phrase names: a role, an organization, a group, a document, an outlet."""

import re
from functools import cache

from .document import Token
from .lexicon import DETERMINERS, MONTHS, WEEKDAYS, known_outlet, lexicon, lines, words

DOCUMENTS = words(
    "statement report study paper letter email memo survey poll research article filing complaint lawsuit "
    "indictment document documents tweet post agreement review analysis book audit release papers records findings ruling judgment judgement"
)
FUNCTION_WORDS = words("the a an of to in on at for by from with and its his her their who which that s")
MONTHS_ONLY = MONTHS - {"may"}  # "May" is also a name
ALSO_SURNAMES = words("sen rep gov gen col maj")  # titles only with their full stop
STUDIES = words("study paper survey poll research report review analysis audit findings")
GENERIC_OUTLETS = words(
    "outlet newspaper paper magazine network channel website publication station broadcaster tabloid daily weekly"
)
ORGANIZATION_NOUNS = words(
    "company firm government ministry agency group university department court party union council commission "
    "bank club team hospital campaign office police organization organisation presidency ministry premiership bureau administration military "
    "army charity committee inspectorate ombudsman utility regulator authority institute foundation airline manufacturer carmaker maker "
    "retailer giant startup label publisher association federation league board city state country nation "
    "church school embassy watchdog service brigade squad panel tribunal legislature senate treasury fund body carrier lender insurer developer supplier producer provider broker operator employer grocer miner center centre chamber coalition alliance movement"
)
OUTLET_ENDINGS = words(
    "news times post tv radio magazine newspaper tribune herald gazette telegraph channel agency weekly daily "
    "chronicle mail express courier dispatch sentinel observer globe fm am herald broadcasting"
)
CARRIERS = frozenset(
    {
        "American Express",
        "Federal Express",
        "Royal Mail",
        "Deutsche Post",
        "Canada Post",
        "Australia Post",
        "Swiss Post",
    }
)  # they end like a newspaper
GROUP_WORDS = words(
    "people police authorities officials others some many most critics both those few several men women sides "
    "lawmakers media analysts all half family experts pair couple duo trio percent"
)
PARTICULAR = words(
    "people sources insiders witnesses officials employees persons aides diplomats executives advisers lawyers "
    "bankers relatives friends investigators"
)  # "two people briefed on the talks": particular ones left nameless
NUMBERS = words("two three four five six seven eight nine ten a")
SINGULAR_S = words(
    "press news politics congress texas class business boss illness witness princess actress series"
)
COUNTS = words("both some many several those two three four five six most few these other")
MEASUREMENTS = words("test tests scan scans images image footage video photos x-ray records data")
PHRASE_HEADS_END = words(
    "of to for in at from who that by on with inside close familiar briefed whose which said published against "
    "working speaking about"
)
PLACED = words("at on in to with")
DEMONYMS = words(
    "american russian british french german italian spanish chinese japanese indian israeli iranian iraqi turkish "
    "ukrainian polish greek dutch swedish norwegian danish finnish swiss austrian hungarian czech romanian bulgarian "
    "serbian croatian albanian armenian azerbaijani georgian kazakh uzbek syrian lebanese egyptian saudi jordanian "
    "palestinian libyan tunisian moroccan algerian nigerian kenyan ethiopian sudanese african asian european latino "
    "latina hispanic arab muslim christian jewish catholic mexican canadian brazilian argentine chilean colombian "
    "venezuelan cuban peruvian australian korean vietnamese thai indonesian malaysian philippine filipino pakistani "
    "afghan bangladeshi irish scottish welsh english belarusian moldovan latvian lithuanian estonian"
)
SYNONYMS = {
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "press-secretary": "spokesperson",
    "co-founder": "founder",
    "cofounder": "founder",
    "chairman": "chair",
    "chairwoman": "chair",
    "chairperson": "chair",
    "attorney": "lawyer",
    "boss": "chief",
    "head": "chief",
    "ceo": "chief",
    "doctor": "physician",
    "dr": "physician",
    "pm": "minister",
    "premier": "minister",
    "advisor": "adviser",
    "sen": "senator",
    "gov": "governor",
    "rep": "congressman",
    "representative": "congressman",
    "congresswoman": "congressman",
    "songstress": "singer",
}
POSSESSIVE = re.compile(r"(?:'s|’s|['’])$")
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


@cache
def role_words() -> frozenset[str]:
    """What people are called by: "president", "spokesman", "dr"."""
    return frozenset(word for line in lines("roles.txt") for word in line.split())


@cache
def organization_words() -> frozenset[str]:
    """Words that make a run of capitals an organization: "Ministry", "Inc"."""
    return frozenset(word for line in lines("organizations.txt") for word in line.split())


def without_possessive(name: str) -> str:
    return POSSESSIVE.sub("", name)


def without_article(name: str) -> str:
    return ARTICLE.sub("", name)


def bare(word: str) -> str:
    """A word for comparing: lower case, no possessive, no abbreviation's full stop."""
    return without_possessive(word).rstrip(".").lower()


def is_possessive(token: Token) -> bool:
    return token.text.endswith(("'s", "’s", "s'", "s’"))


def canonical(word: str) -> str:
    return SYNONYMS.get(word, word)


def is_name_token(token: Token) -> bool:
    if not token.is_capital or not token.is_word:
        return False
    if token.lower.endswith(("-based", "-led", "-born", "-owned", "-backed")):
        return False
    return token.lower not in WEEKDAYS and token.lower.rstrip(".") not in MONTHS_ONLY


def is_organization_name(text: str) -> bool:
    """A name with an organization's word in it, a place that speaks as a government, or an abbreviation."""
    parts = text.split()
    if not parts:
        return False
    if any(bare(part) in organization_words() for part in parts):
        return True
    if parts[-1] in lexicon().places:
        return len(parts) == 1
    return len(parts) == 1 and len(parts[0]) > 1 and parts[0].replace(".", "").isupper()


def has_role(text: str) -> bool:
    return any(bare(part) in role_words() for part in text.split())


def is_plural_word(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in SINGULAR_S


def singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")


def core(head: list[Token]) -> list[Token]:
    """A phrase up to its first "of", "to", "who": what holds its head noun."""
    for i, token in enumerate(head):
        participle = (token.lower.endswith("ed") or token.lower == "seen") and not token.is_capital
        agent = i + 1 < len(head) and head[i + 1].lower in ("by", "from")
        placed = (
            i + 1 < len(head)
            and head[i + 1].lower in PLACED
            and head[i - 1].lower not in DETERMINERS
            and i > 0
        )  # "research presented at a conference", but "the accused in the case"
        ends = i == len(head) - 1 and head[i - 1].lower in STUDIES  # "research presented"
        passive = participle and (agent or placed or ends)
        if i > 0 and (token.lower in PHRASE_HEADS_END or passive):
            return head[:i]
    return head


def head_noun(head: list[Token]) -> str:
    """The last noun of the core: "ambassador" in "China's ambassador to Britain"."""
    noun = ""
    for token in core(head):
        if token.is_word and token.lower not in DETERMINERS and not token.text.endswith(("'s", "’s")):
            noun = bare(token.text)
    return noun


def is_plural_phrase(head: list[Token]) -> bool:
    noun, first = head_noun(head), head[0].lower
    if noun == "percent" or head[-1].lower in ("percent", "%"):
        return True
    if first in COUNTS or (first.isdecimal() and int(first) > 1):
        return True
    if first in ("a", "an", "one", "another"):
        return False
    if noun in GROUP_WORDS or noun.endswith(("men", "women", "people", "children")) and noun != "specimen":
        return True
    last = next((t for t in reversed(core(head)) if bare(t.text) == noun), None)
    named = last is not None and last.is_capital and last is not head[0]
    return bool(noun) and is_plural_word(noun) and not named


def is_particular(head: list[Token]) -> bool:
    """ "Two people briefed on the talks": counted, so particular people, who stay nameless."""
    return head[0].lower in NUMBERS and head_noun(head) in PARTICULAR


def opens_as_common_noun(token: Token, head: list[Token]) -> bool:
    """A capital only because it opens the sentence: "Prosecutors", "Police", "Protesters"."""
    if len(head) > 1 and head[1].is_capital:
        return False
    known = GROUP_WORDS | (role_words() - ALSO_SURNAMES) | ORGANIZATION_NOUNS | DOCUMENTS
    return token.lower in known or singular(token.lower) in known or token.lower.endswith("men")


def is_outlet_name(name: str) -> bool:
    """A known outlet or agency, or a name that ends like one ("Elsewhere Daily News")."""
    parts = name.split()
    if not parts:
        return False
    ends_like_one = len(parts) > 1 and parts[-1].lower() in OUTLET_ENDINGS and parts[-1][0].isupper()
    if parts[-1] == "Agency" and not {"News", "Press", "Information", "Telegraph"} & set(parts):
        ends_like_one = False  # "European Space Agency"
    if without_article(name) in CARRIERS:
        return False
    return bool(known_outlet(name)) or ends_like_one
