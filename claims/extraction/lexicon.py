"""The word lists extraction reads, from `lexicons/`, and the small closed classes of English.

Everything is loaded once, by `load()` or on first use.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("lexicons")


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AUXILIARIES = words(
    "is are was were be been being am has have had having do does did will would can could may might must "
    "shall should 's 're 've 'll 'd ’s ’re ’ve ’ll ’d isn't aren't wasn't weren't hasn't haven't hadn't "
    "don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't isn’t aren’t wasn’t weren’t hasn’t "
    "haven’t hadn’t don’t doesn’t didn’t won’t wouldn’t can’t couldn’t shouldn’t there's there’s it's it’s "
    "they're they’re we're we’re he's he’s she's she’s that's that’s what's what’s i'm i’m you're you’re "
    "i've i’ve we've we’ve they've they’ve there'll there’ll it'll it’ll we'll we’ll i'll i’ll"
)
PERFECT = words("has have had having 's ’s 've ’ve 'd ’d")
PASSIVE = words("is are was were be been being am")
NEGATIONS = words(
    "not never no neither nor didn't didn’t doesn't doesn’t don't don’t won't won’t wouldn't wouldn’t hasn't "
    "hasn’t haven't haven’t hadn't hadn’t couldn't couldn’t can't can’t cannot isn't isn’t wasn't wasn’t"
)
MODALS = words("will would can could may might must shall should to")
DETERMINERS = words("the a an this that these those some any each every both all many several most few no")
POSSESSIVES = words("his her its their our my your")
PERSONAL = words("he she it they we i you")
SUBORDINATORS = words(
    "when while as because although though if since unless until whereas after before that which whose "
    "where why how whether so lest once"
)
COORDINATORS = words("and but or yet nor plus")
PREPOSITIONS = words(
    "of in on at by for from with about to into over under between among against during without within "
    "through across near amid despite following including toward towards behind beyond via per like unlike "
    "after before since until upon around above below along inside outside throughout versus citing"
)
LEADING_CONJUNCTIONS = words("that and but however yet so or nor because though while whereas meanwhile")
ADVERBS = words(
    "also later then now further previously earlier already again still once always often never repeatedly "
    "recently reportedly once first soon just even simply too instead meanwhile however flat-out flatly "
    "publicly openly long ever today yesterday both itself himself herself themselves more since thus "
    "therefore twice thrice separately subsequently similarly likewise only well"
)
WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = words(
    "january february march april june july august september october november december jan. feb. mar. apr. jun. "
    "jul. aug. sep. sept. oct. nov. dec."
)
TIME_WORDS = (
    WEEKDAYS
    | MONTHS
    | words(
        "today yesterday tonight morning afternoon evening night week month year weekend day hour minute "
        "days hours weeks months years noon midnight time later earlier ago recently early late last this "
        "next past previous a.m. p.m. am pm monday's mid"
    )
)
# A vehicle a statement is made in, by its head noun.
MEDIA = words(
    "statement interview tweet tweets letter email e-mail memo post blog press-release release report speech "
    "address briefing conference news-conference filing affidavit testimony op-ed column article essay book "
    "memoir note message text-message video podcast phone call telephone broadcast editorial ruling lawsuit "
    "complaint indictment study paper journal survey debate hearing broadcast documentary account website "
    "twitter facebook instagram telegram youtube tiktok rally announcement appearance remarks comments "
    "communique communiqué declaration transcript thread"
)
IRREGULAR_VERBS = words(
    "understood arose sank shrank bore drank rang fled clung dug forgot forgave froze overcame overtook withdrew "
    "undertook swung spun tore woke swam slid crept leapt "
    "began came went took gave made got met put held left kept led lost won sent spent stood saw fell felt "
    "found fought drew drove rose ran sat set broke brought built bought caught chose cut dealt did ate flew "
    "grew hit hurt knew laid let meant paid quit sang shot shut sold spoke stole struck taught threw told "
    "thought wore became begun hung hid lay lit rode shook slept sought sprang stuck swept swore wept wrote "
    "says say said goes go takes take gives give makes make gets get puts holds hold leaves leave keeps keep "
    "leads loses lose wins win sends send spends stands stand sees see falls fall finds find fights "
    "draws draw drives drive rises rise runs run sits breaks brings bring builds build buys buy chooses deals "
    "eats flies grows grow hits knows know lets means mean pays pay sells sell shows show speaks speak "
    "strikes throws tells tell thinks think wears writes write wants want needs need seems seem remains "
    "remain includes include comes come becomes become works work lives live plays play tries try turns turn "
    "helps help starts start begins begin faces face calls call asks ask uses use allows allow expects expect "
    "plans plan hopes hope believes believe feels feel agrees agree continues continue follows follow "
    "requires require offers offer serves serve appears appear happens happen depends depend exists exist "
    "supports support refuses refuse represents represent contains contain lies lie owns own sparked let's "
    "represents operates relies boasts receives provides produces remains reaches covers opens closes stays "
    "stay ends costs cost marks raises raise adds add moves move"
)
SPEECH_ACTS = words(
    "welcomed denounced condemned criticized criticised praised defended denied rejected dismissed thanked "
    "welcomes denounces condemns criticizes praises defends denies rejects dismisses apologized apologised "
    "disputed slammed blasted attacked scolded blamed accused rebuked mocked endorsed backed supported opposed"
)


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One inflected form: its base, what may follow it (see verbs.txt) and which form it is."""

    base: str
    takes: frozenset[str]
    tense: str  # "base", "s", "past", "participle" (where it differs), "ing"


@dataclass(frozen=True, slots=True)
class Lexicon:
    verbs: dict[str, VerbForm]
    participles: dict[str, VerbForm]
    genders: dict[str, str]
    more_genders: dict[str, str]  # of names that say nothing about what bears them
    outlets: dict[str, str]
    places: frozenset[str]
    base_verbs: frozenset[str]
    third_persons: frozenset[str]


def lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def inflections(base: str) -> tuple[str, str, str]:
    """(third person, past, -ing) of a regular verb."""
    if base.endswith(("s", "x", "z", "ch", "sh")):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in "aeiou":
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    if base.endswith("ee"):
        return third, base + "d", base + "ing"
    if base.endswith("e"):
        return third, base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeiou":
        return third, base[:-1] + "ied", base + "ing"
    short = len(base) <= 4 and base[-1] not in "aeiouwxy" and base[-2] in "aeiou" and base[-3] not in "aeiou"
    doubled = base + base[-1] if short or base == "admit" else base
    return third, doubled + "ed", doubled + "ing"


def read_verbs() -> tuple[dict[str, VerbForm], dict[str, VerbForm]]:
    verbs: dict[str, VerbForm] = {}
    participles: dict[str, VerbForm] = {}
    for line in lines("verbs.txt"):
        forms, _, takes_text = line.partition(":")
        base, *irregular = forms.split()
        takes = words(takes_text)
        third, past, ing = inflections(base)
        if irregular:
            past = irregular[0]
        participle = irregular[-1] if irregular else past
        # The past comes last, so that "read" and "put" count as past.
        for form, tense in (
            (base, "base"),
            (third, "s"),
            (ing, "ing"),
            (participle, "participle"),
            (past, "past"),
        ):
            verbs[form] = VerbForm(base, takes, tense)
        participles[participle] = VerbForm(base, takes, "past")
    return verbs, participles


@cache
def lexicon() -> Lexicon:
    """The word lists, read once. Raises OSError when a file of `lexicons/` is missing."""
    verbs, participles = read_verbs()
    genders: dict[str, str] = {}
    for line in lines("given_names.txt"):
        gender, _, names = line.partition(":")
        for name in names.split():
            genders[name] = "u" if genders.get(name, gender) != gender else gender
    more_genders: dict[str, str] = {}
    for line in lines("given_names_more.txt"):
        gender, _, names = line.partition(":")
        more_genders.update(dict.fromkeys(names.split(), gender))
    outlets: dict[str, str] = {}
    for line in lines("outlets.txt"):
        usual, *others = (part.strip() for part in line.split("|"))
        for name in (usual, *others):
            needs_article = name.startswith("The ") and len(name.split()) == 2  # "Hill" may be anybody
            outlets.setdefault(name.casefold() if needs_article else outlet_key(name), usual)
    places = frozenset(name for line in lines("places.txt") for name in line.split())
    base_verbs = frozenset(word for line in lines("base_verbs.txt") for word in line.split())
    third_persons = frozenset(inflections(base)[0] for base in base_verbs)
    return Lexicon(verbs, participles, genders, more_genders, outlets, places, base_verbs, third_persons)


@cache
def journals() -> frozenset[str]:
    """Names of scientific journals, in small letters."""
    return frozenset(line.casefold() for line in lines("journals.txt"))


def given_gender(name: str) -> str:
    """m, f or u by a person's given name, whether it stands in full ("Ann Doe") or alone."""
    given = name.split(maxsplit=1)[0] if name.strip() else ""
    return lexicon().genders.get(given) or lexicon().more_genders.get(given, "u")


def outlet_key(name: str) -> str:
    """Outlet names compare without article and case; a single word by its capitals too ("Sun" is not "sun")."""
    bare = name.removeprefix("The ").removeprefix("the ").strip()
    return bare.casefold() if len(bare.split()) > 1 else bare


def known_outlet(name: str) -> str:
    """The usual name of a known outlet or agency, or "". "The Hill" is one, "Hill" is not."""
    outlets = lexicon().outlets
    return outlets.get(outlet_key(name)) or (
        outlets.get(name.casefold(), "") if name[:4] in ("The ", "the ") else ""
    )
