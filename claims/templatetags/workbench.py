"""What the claim screens need said in words or numbers."""

from datetime import datetime
from typing import Any, cast

from django import template
from django.forms import BoundField, ChoiceField
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from claims import extraction, queries, workflow
from claims.choices import (
    RATING,
    DismissReason,
    EvidenceOrigin,
    HopResult,
    ReviewKind,
    Stance,
    State,
    Veracity,
)
from claims.decisions import HIDDEN
from claims.models import Appearance, AuditEvent, EvidenceLink, verdict_label
from claims.wording import VERBS

register = template.Library()

# Why a claim is checkable or not, short enough for a line; extraction.REASONS says each as a sentence.
REASONS = {
    "own_voice": "stated as fact by the outlet",
    "has_figure": "gives a figure",
    "has_date": "names a time",
    "past_event": "tells of an event",
    "comparison": "compares",
    "cause": "names a cause",
    "denial": "disputes something",
    "accusation": "accuses somebody",
    "factual": "states a fact",
    "opinion": "an opinion",
    "forecast": "a forecast",
    "norm": "says what should be",
    "feeling": "a feeling or a wish",
    "intent": "an intention",
}
# How the text tells that it is somebody's claim: Appearance.decided_by.
MANNERS = {
    "said": "told by a verb such as “said”",
    "said-after": "told by “… said” after the words",
    "inverted": "told by “said …” after the words",
    "as-clause": "told by “as … said”",
    "according-to": "told by “according to”",
    "denial": "told as a denial",
    "accusation": "told as an accusation",
    "description": "told as a description",
    "hearsay": "told as hearsay",
    "belief": "told as a belief",
    "view": "told as a view",
    "turn": "told by a name beside the words, as in a transcript",
    "own-voice": "stated by the outlet itself",
}
# How the extractor found a speaker or a hop: Appearance.speaker_by and Hop.decided_by.
STEPS = {
    "person": "set by a person at the desk",
    "name": "named in full",
    "title-and-name": "named with a title",
    "two-word-name": "two capitalised words, taken for a person",
    "short-name": "a short name, taken for the longer one nearby",
    "outlet": "an outlet's name",
    "organization": "an organization's name",
    "organization-noun": "“the company” or the like, taken for one named nearby",
    "the-outlet": "“the newspaper” or the like, taken for the outlet named before",
    "group": "a group, not one person",
    "both": "two named together",
    "description": "a description, taken for the person it fits",
    "named-next": "a description, taken for the person named next",
    "apposition": "a description beside the name",
    "unnamed": "not named in the text",
    "same-unnamed": "not named, taken for the unnamed source of before",
    "indefinite-organization": "an organization that is not named",
    "document": "a document whose author is not named",
    "issuer": "taken from who issued the document",
    "issuer-before": "taken from who issued the document named before",
    "study": "a study",
    "pronoun": "“he” or “she”, taken for the person named before",
    "they": "“they”, taken for those named before",
    "it": "“it”, taken for the organization named before",
    "no-source": "words in quotation marks without anybody named",
    "cited": "the outlet that is cited, with nobody named behind it",
    "post": "a post whose author is not named",
    "turn": "the name beside the words",
    "own-voice": "the outlet itself",
    "stated": "the text says so",
    "carried-on": "said for an earlier claim, taken to hold for this one too",
    "dateline": "the agency of the dateline",
    "frame": "the text says that they report it of somebody else",
    "journal": "the journal that the study is said to stand in",
    "open": "the text leaves open who it is",
    "publisher": "whose page it is",
}
HOP_SIGNS = {"found": "✓", "altered": "≠", "absent": "✗", "unreachable": "?"}
STANCE_TONES = {Stance.SUPPORTS.value: "good", Stance.REFUTES.value: "bad"}


@register.filter
def score(veracity: str) -> int | str:
    """5 to 1, "–" for the unscored verdicts, "" for what is no verdict on veracity."""
    return RATING.get(veracity, "–") if veracity in Veracity.values else ""  # type: ignore[call-overload]


register.filter("verdict_label", verdict_label)


@register.filter
def stance_tone(link: EvidenceLink) -> str:
    return STANCE_TONES.get(link.stance, "")


@register.filter
def hop_sign(result: str) -> str:
    """What was found at a step of a chain, as one sign."""
    return HOP_SIGNS[result]


@register.filter
def hop_tone(result: str) -> str:
    return {"found": "good", "altered": "warn", "absent": "bad"}.get(result, "")


@register.filter
def in_words(code: str) -> str:
    """A code as words: "has_number" -> "has number"."""
    return code.replace("_", " ").replace("-", " ")


@register.filter
def reason_label(code: str) -> str:
    """Why a claim is checkable or not, in a few words."""
    return REASONS.get(code) or in_words(code)


@register.filter
def reason_sentence(code: str) -> str:
    return extraction.REASONS.get(code, "")


@register.filter
def manner_words(appearance: Appearance) -> str:
    """How the text tells that it is somebody's claim; "" where that has no plain words."""
    return MANNERS.get(appearance.decided_by, "")


@register.filter
def step_words(step: queries.Step) -> str:
    """How sure the extractor was of a speaker or a hop, and why it thought so; "" where it did not say."""
    if step.confidence is None:
        return ""
    why = STEPS.get(step.decided_by, "")
    return f"The extractor is {step.confidence * 100:.0f} % sure{f': {why}' if why else ''}."


@register.filter
def is_unsure(confidence: float | None) -> bool:
    return queries.is_unsure(confidence)


@register.filter
def is_denied(appearance: Appearance) -> bool:
    return queries.is_denied(appearance)


@register.filter
def skipped_words(code: str) -> str:
    """Why a text has no claims, as a sentence."""
    return extraction.SKIPPED.get(code) or in_words(code)


@register.filter
def event_words(event: AuditEvent | dict[str, Any]) -> str:
    """What an audit event (or one told in a conflict) did, as the end of a sentence about its actor."""
    verb, after = (event["verb"], event["after"]) if isinstance(event, dict) else (event.verb, event.after)
    words = VERBS.get(verb, in_words(verb))
    if verb == "review" and after.get(HIDDEN):
        return f"answered “{ReviewKind(after['kind']).label}”, which is shown after the cross-check"
    if verb == "undo" and after.get("move") in workflow.MOVES:
        return f"undid “{workflow.MOVES[after['move']].label.lower()}”"
    if verb == "undo":
        return f"undid: {VERBS.get(after.get('move', ''), 'an edit')}"
    if verb == "review" and after.get("kind") in ReviewKind.values:
        return (
            f"answered “{ReviewKind(after['kind']).label}” with “{verdict_label(after.get('verdict', ''))}”"
        )
    if verb == "link_evidence":
        what = (
            after.get("url") or after.get("title") or EvidenceOrigin(after.get("origin", "url")).label.lower()
        )
        stance = after.get("stance")
        return f"linked evidence{f' ({Stance(stance).label.lower()})' if stance in Stance.values else ''}: {what}"
    if verb == "set_due" and not after.get("due_at"):
        return "took its due date away"
    if verb == "set_due":
        return f"set its due date: {localtime(datetime.fromisoformat(after['due_at'])):%-d %b %Y %H:%M}"
    if verb == "take" and after.get("reviewer"):
        return f"gave it to {after['reviewer']} to review"
    if verb == "check_hop" and after.get("result") in HopResult.values:
        return f"checked a step of its chain, {after.get('name', '')}: {HopResult(after['result']).label.lower()}"
    return words


@register.filter
def clock(moment: str) -> str:
    """The time of day of an ISO 8601 instant, in the desk's time zone."""
    return f"{localtime(datetime.fromisoformat(moment)):%H:%M}"


@register.filter
def dismiss_reason(case: Any) -> str:
    return DismissReason(case.dismiss_reason).label if case.dismiss_reason else ""


@register.filter
def percent(share: float) -> str:
    """0.925 as "92 %": rounded down, so that only all of it is 100."""
    return f"{int(100 * share + 1e-9)}\u202f%"


@register.filter
def state_label(state: str) -> str:
    return State(state).label


@register.simple_tag
def scale_options(field: BoundField) -> SafeString:
    """The radio buttons of a verdict: a scored one's key is its number, so that 5 is True and 1 is False."""
    chosen = field.value() or ""
    choices: list[tuple[str, str]] = list(cast(ChoiceField, field.field).choices)  # type: ignore[arg-type]
    invalid = ' aria-invalid="true"' if field.errors else ""
    options = []
    for position, (value, label) in enumerate(choices, start=1):
        rating, ident = score(value), f"{field.auto_id}_{position}"
        scored = f' data-score="{rating}"' if rating else ""
        checked = " checked" if value == chosen else ""
        key = rating if isinstance(rating, int) else position
        options.append(
            f'<label class="scale__option" for="{ident}"{scored}><input type="radio" name="{field.html_name}" id="{ident}" '
            f'value="{value}" data-key="{key}"{checked}{invalid}><span>{escape(label)}</span>'
            f'<kbd data-single aria-hidden="true">{key}</kbd></label>\n'
        )
    return mark_safe("".join(options))
