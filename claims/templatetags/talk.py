"""What people wrote, as HTML that is nothing but their words: everything is escaped, and only web addresses become links."""

import re

from django import template
from django.utils.html import escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from claims.rationales import rationale_html
from claims.services.talking import MENTION

register = template.Library()
register.filter(rationale_html)
_WORDS = re.compile(r"(\s+)")


@register.filter
def plain_html(text: str) -> SafeString:
    """The words in paragraphs and lines, with web addresses as links."""
    return mark_safe(linebreaks(_linked(text)))


@register.filter
def comment_html(text: str) -> SafeString:
    """As `plain_html`, with each @name set off."""
    pieces, at = [], 0
    for found in MENTION.finditer(text):
        pieces += [
            _linked(text[at : found.start()]),
            format_html('<span class="comment__mention">{}</span>', found[0]),
        ]
        at = found.end()
    return mark_safe(linebreaks("".join([*pieces, _linked(text[at:])])))


def _linked(text: str) -> str:
    """Escaped. Only what says that it is a web address: `urlize` alone takes example.org and name@example.org too."""
    words = []
    for word in _WORDS.split(text):
        is_address = word.startswith(("http://", "https://"))
        words.append(urlize(word, nofollow=True, autoescape=True) if is_address else escape(word))
    return "".join(words)
