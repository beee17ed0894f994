"""Pages that stand in the article's place: consent walls, paywalls, checks for robots."""

import re

from .types import ParsingError

# What stands in the way says little; an article that mentions the same words says more.
MOST_GATE_WORDS = 150
_FEW_WORDS = 50

_GATES = (
    (
        "bot_check",
        "This site checks for robots and did not show the article: open it in a browser and paste its text.",
        re.compile(
            r"checking (?:if the site connection is secure|your browser)|verify (?:that )?you are (?:a )?human|"
            r"(?:are you|i'?m not) a robot|enable javascript and cookies to continue|unusual (?:traffic|activity) from|"
            r"attention required! \| cloudflare|access to this page has been denied|проверка браузера|вы не робот",
            re.IGNORECASE,
        ),
    ),
    (
        "consent_page",
        "This site asks for consent to cookies before it shows the article: open it in a browser and paste its text.",
        re.compile(
            r"before you continue to|we value your privacy|(?:we|our (?:\w+ )?partners) (?:use|store|process).{0,80}cookies|"
            r"(?:accept|allow) all cookies|consent to (?:the )?use of cookies|cookie[- ]einstellungen|zustimmen und weiter|"
            r"accepter (?:et continuer|les cookies)|aceptar (?:y continuar|(?:las )?cookies)",
            re.IGNORECASE,
        ),
    ),
    (
        "paywall",
        "This article is for subscribers, and only its beginning was shown: paste the text instead.",
        re.compile(
            r"(?:subscribe|log in|sign in|register|create (?:a|your) free account)(?: \w+){0,3} (?:to|and) "
            r"(?:continue(?: reading)?|keep reading|read (?:the (?:full|rest)|more|this|on)|unlock)|"
            r"to (?:continue|keep) reading(?: this)?.{0,60}(?:subscri|log ?in|sign ?in|regist|account)|"
            r"(?:this (?:article|content|story) is|exclusive(?:ly)?) (?:only )?(?:for|available to) (?:our )?subscribers|"
            r"already a (?:subscriber|member)\?|subscriber[- ]only|nur für abonnenten|réservé aux abonnés|"
            r"solo para suscriptores|только для подписчиков",
            re.IGNORECASE,
        ),
    ),
)


def refuse_gate(title: str, text: str, page_words: str, *, free: bool) -> None:
    """Raise ParsingError if what was found as `text` (at most MOST_GATE_WORDS) is a gate, or stands before one.

    `page_words` is all that the page shows; `free` is False where the page itself says that its article must be
    paid for.
    """
    paragraphs = text.split("\n\n")
    for code, message, pattern in _GATES:
        rest = [paragraph for paragraph in paragraphs if not pattern.search(paragraph)]
        found = (
            len(rest) < len(paragraphs) or pattern.search(title) or (not text and pattern.search(page_words))
        )
        # A banner above a short article is no gate; a paywall leaves the beginning of the article, however long.
        if (found and (code == "paywall" or len(" ".join(rest).split()) < _FEW_WORDS)) or (
            code == "paywall" and not free
        ):
            raise ParsingError(code, message)
