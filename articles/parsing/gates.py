"""Pages that stand in the article's place: refusals, checks for robots, consent walls, paywalls.

The phrases are those that makers of such pages have in common, in the languages the desk's sources are mostly in; no rule
is for one site.
"""

import re

from .types import ParsingError

# What stands in the way says little; an article that mentions the same words says more.
MOST_GATE_WORDS = 150
_FEW_WORDS = 50
# A prompt to pay is short, and comes after what may be read for nothing; of that there may be more than a few words.
_PROMPT_WORDS = 40
_PARAGRAPH_WORDS = 20
_MOST_TEASER_WORDS = 400
# A consent page may be long where it lists its purposes: most of it speaks of them.
_MOST_CONSENT_WORDS = 1_500
_MOST_OF_IT = 0.6


def _phrases(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ACCESS_DENIED = _phrases(
    r"^\W*(?:error )?(?:access (?:is )?(?:denied|forbidden)|403(?: -)? forbidden|forbidden|request (?:blocked|rejected))\W*$",
    r"you (?:don.t|do not) have permission to (?:access|view)",
    r"(?:your (?:request|access|ip(?: address)?)|this request) (?:to this \w+ )?(?:was|has been|is) (?:blocked|denied|rejected)",
    r"request unsuccessful|web application firewall|you have been blocked",
    r"unavailable (?:for|due to) legal reasons|(?:not|un)available in your (?:country|region|location)",
    r"access cannot be granted at this time",
)
_BOT_CHECK = _phrases(
    r"^\W*just a moment\W*$|pardon our interruption|attention required!",
    r"checking (?:if the site connection is secure|your browser)|needs to review the security of your connection",
    r"(?:verify(?:ing)?|confirm|prove|check(?:ing)?) (?:that |if )?you(?: are|.re) (?:a )?(?:human|not a (?:ro)?bot)",
    r"(?:are you|(?:i.m|you.re|i am|you are) not) a robot|(?:think|thought) you (?:were|are) a (?:ro)?bot",
    r"(?:enable|turn on) (?:js|javascript|cookies)(?: and \w+)? (?:to continue|to proceed|and disable)|please enable js\b",
    r"unusual (?:traffic|activity) from|(?:complete|solve) the captcha|access to this page has been denied",
    r"kein roboter|sind sie ein mensch|pas un robot|vous êtes (?:bien )?(?:un )?humain|no (?:soy|eres|es) un robot",
    r"que eres (?:un )?human|non sei un robot|não (?:sou|é) um robô|nie jesteś robotem|geen robot|robot olmadığınız",
    r"проверка браузера|вы не робот|подтвердите, что вы",
)
_CONSENT = _phrases(
    r"before you continue to|value your privacy|your privacy choices|consent to (?:the )?(?:use of cookies|our and our)",
    r"\b(?:we|our (?:\w+ )?partners)\b.{0,40} (?:use|store|process).{0,80}cookies|(?:accept|allow) all cookies",
    r"store and/or access information on a device",
    r"cookie[- ]einstellungen|(?:zustimmen|akzeptieren) und weiter|weiter(?:lesen)? mit werbung|datenschutzeinstellungen|"
    r"mit werbung und tracking|ohne (?:werbe)?tracking",
    r"respect de votre vie privée|utilis\w+ des cookies|accepter (?:et continuer|les cookies)|continuer sans accepter",
    r"aceptar (?:y continuar|(?:las )?cookies)|utili[zs]amos (?:las |os )?cookies|valoramos (?:su|tu) privacidad",
    r"continua senza accettare|(?:utilizziamo|archiviamo).{0,60} cookie|accetta (?:e continua|tutti)",
    r"gebruiken.{0,30} cookies|alles accepteren|aceitar (?:e continuar|todos os cookies)|a sua privacidade é",
    r"dbamy o (?:twoją|państwa) prywatność|używa\w* plików cookie|informacje na urządzeniu|vi (?:bruker|bruger|använder) (?:cookies|kakor|informasjons)",
    r"(?:использу\w+|обрабатыва\w+) (?:файлы )?(?:cookie|куки)",
)
_PRIVACY = _phrases(
    r"\b(?:we|our|us|you|your)\b.*\b(?:cookies?|partners|personal data|consent|legitimate interest|personali[sz]ed|vendors?)\b",
)
_CONTINUE = _phrases(
    r"(?:subscribe|log in|sign in|sign up|register|join|create (?:a|your) (?:free )?account)(?: \w+){0,3} (?:to|and) "
    r"(?:continue(?: reading)?|keep reading|read (?:the (?:full|rest)|more|this|on)|unlock)",
    r"to (?:continue|keep) reading(?: this)?.{0,60}(?:subscri|log ?in|sign ?in|regist|account)",
    r"(?:reached|used)(?: up)? (?:all )?(?:your|the) .{0,30}(?:limit|free (?:articles|stories))",
    r"the rest of (?:this|the) (?:article|story|content) is|want to read the (?:rest|full|whole)",
    r"(?:abonnieren|registrieren|anmelden) (?:und|um) weiter|jetzt (?:abo|abonnieren)\b|weiterlesen mit\b",
    r"il vous reste \d+ ?%|abonnez-vous pour|la suite (?:de cet article )?est réservée",
    r"(?:suscr[ií]b\w+|reg[ií]str\w+) para (?:seguir|continuar|leer)|assine para|abbonati per (?:continuare|leggere)",
    r"verder lezen\?|(?:logga|logg|log) (?:in|ind|inn) för att läsa|zaloguj się,? (?:aby|żeby) czytać",
    r"чтобы (?:читать|продолжить).{0,40}(?:подпис|оформ|войд)|оформите подписку",
)
_PAYWALL = _phrases(
    _CONTINUE.pattern,
    r"(?:this (?:article|content|story) is|exclusive(?:ly)?) (?:only )?(?:for|available to) (?:our )?(?:subscribers|members)",
    r"already a (?:subscriber|member)\?|subscriber[- ](?:only|exclusive|content)|(?:last|final) free (?:article|story)",
    r"unlimited (?:digital )?access|get full access",
    r"(?:nur|exklusiv) für (?:abonnenten|mitglieder)|(?:bereits|schon) (?:ein )?abo\b|réservée? aux abonnés|déjà abonné",
    r"(?:solo|sólo|exclusivo) para (?:suscriptores|socios|assinantes)|(?:già|ya eres) (?:abbonat|suscriptor)",
    r"riservat\w+ agli abbonati|voor abonnees|al abonnee\?|för prenumeranter|for abonnenter|dla prenumeratorów",
    r"только (?:для )?подписчик(?:ов|ам)",
)
_NO_PROMPT = re.compile(r"newsletter|podcast|email|e-mail|рассылк", re.IGNORECASE)

_MESSAGES = {
    "access_denied": "This site refused to show the article to us: open it in a browser and paste its text.",
    "bot_check": "This site checks for robots and did not show the article: open it in a browser and paste its text.",
    "consent_page": "This site asks for consent to cookies before it shows the article: open it in a browser and paste "
    "its text.",
    "paywall": "This article is for subscribers, and only its beginning was shown: paste the text instead.",
}


def refuse_gate(title: str, text: str, page_words: str, *, free: bool, announced_words: int = 0) -> None:
    """Raise ParsingError if what was found as `text` is a gate, or stands before one.

    `page_words` is all that the page shows; `free` is False where the page itself says that its article must be
    paid for, `announced_words` how long it says that its article is (0: it does not say).
    """
    paragraphs = text.split("\n\n")
    words = len(text.split())
    few = words <= MOST_GATE_WORDS
    if few:
        for code, pattern in (
            ("access_denied", _ACCESS_DENIED),
            ("bot_check", _BOT_CHECK),
            ("consent_page", _CONSENT),
        ):
            if _stands_in_place(pattern, title, paragraphs, page_words if not text else ""):
                raise _gate(code)
    elif words <= _MOST_CONSENT_WORDS and _speaks_mostly_of(_PRIVACY, paragraphs, words):
        raise _gate("consent_page")
    if not free and (few or words < _MOST_OF_IT * announced_words):
        raise _gate("paywall")
    if not text and _PAYWALL.search(page_words):
        raise _gate("paywall")
    if words <= _MOST_TEASER_WORDS and _breaks_off(_PAYWALL if few else _CONTINUE, paragraphs):
        raise _gate("paywall")


def _stands_in_place(pattern: re.Pattern[str], title: str, paragraphs: list[str], page_words: str) -> bool:
    """Whether so little is left without the phrases that it is no article; a banner above a short one is no gate."""
    rest = [paragraph for paragraph in paragraphs if not pattern.search(paragraph)]
    found = len(rest) < len(paragraphs) or pattern.search(title) or pattern.search(page_words)
    return bool(found) and len(" ".join(rest).split()) < _FEW_WORDS


def _speaks_mostly_of(pattern: re.Pattern[str], paragraphs: list[str], words: int) -> bool:
    return sum(len(part.split()) for part in paragraphs if pattern.search(part)) > _MOST_OF_IT * words


def _breaks_off(pattern: re.Pattern[str], paragraphs: list[str]) -> bool:
    """Whether the text ends in a prompt: no paragraph of an article comes after it."""
    for paragraph in reversed(paragraphs):
        length = len(paragraph.split())
        if length <= _PROMPT_WORDS and pattern.search(paragraph) and not _NO_PROMPT.search(paragraph):
            return True
        if length >= _PARAGRAPH_WORDS:
            return False
    return False


def _gate(code: str) -> ParsingError:
    return ParsingError(code, _MESSAGES[code])
