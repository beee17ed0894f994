"""How an article changed: two of its texts compared, its page looked at again, and claims that are nowhere any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from articles.comparing import Piece, compare
from articles.models import ArticleVersion
from articles.notices import new_notice
from articles.services.rechecking import look_again
from claims import changes, permissions
from claims.forms import PlaceForm
from claims.models import Orphan
from claims.services import orphans
from claims.views.marking import marked_pieces
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

CONTEXT = 1  # paragraphs shown before and after one that changed
FOLDED = 2  # so many unchanged paragraphs in a row are worth folding


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs of the comparison; folded ones did not change."""

    folded: bool
    paragraphs: Sequence[SafeString]


@dataclass(frozen=True, slots=True)
class Field:
    """What the page says of the article besides its text, in both versions."""

    label: str
    old: str
    new: str


@require_GET
def compared(request: DeskRequest, pk: int, old: int, new: int) -> HttpResponse:
    """Two texts of an article as one, each word that went or came marked as such."""
    found = changes.two_versions(pk, old, new)
    if found is None:
        raise Http404("There is no such article, or not in these versions.")
    one, other = found
    comparison = compare(one.text, other.text)
    passages = list(_passages(_paragraphs(comparison.pieces)))
    return render(
        request,
        "articles/versions_compared.html",
        {
            "article": other.article,
            "old": one,
            "new": other,
            "versions": changes.version_lines(pk),
            "passages": passages,
            "fields": _fields(one, other),
            "added": comparison.words_added,
            "removed": comparison.words_removed,
            "places": sum(piece.kind != "same" for piece in comparison.pieces),
            "notice": new_notice(one.text, other.text),
        },
    )


@require_GET
def compare_chosen(request: DeskRequest, pk: int) -> HttpResponse:
    """Leads to the comparison of the two versions that a form names."""
    old, new = (read_key(request.GET.get(name, "")) for name in ("old", "new"))
    if old is None or new is None:
        return redirect("article_detail", pk)
    return redirect("versions_compared", pk, old, new)


@require_POST
def recheck(request: DeskRequest, pk: int) -> HttpResponse:
    try:
        look_again(by=request.user, article_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Its page is being looked at: reload in a moment to see what came of it.")
    return redirect("article_detail", pk)


# ---- Orphans -----------------------------------------------------------------------------------------


@require_GET
def orphan_list(request: DeskRequest) -> HttpResponse:
    """Claims whose words are nowhere in the text that their article has now."""
    page = changes.orphan_page(before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    return render(
        request,
        "claims/orphan_list.html",
        {"page": page, "may_anchor": permissions.may(request.user, "anchor")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def orphan_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One orphan beside its article's text; POST (`action`: anchor, gone, reopen) says what became of it."""
    orphan = changes.orphan_view(pk)
    if orphan is None:
        raise Http404("There is no such orphan.")
    if request.method != "POST":
        return _show(request, orphan, PlaceForm())
    form = PlaceForm(request.POST)
    action = request.POST.get("action", "")
    try:
        if action == "gone":
            orphans.mark_gone(by=request.user, orphan_id=pk)
            messages.success(request, "Noted: the article does not say it any more. Its page undoes that.")
        elif action == "reopen":
            orphans.reopen_orphan(by=request.user, orphan_id=pk)
            messages.success(request, "Open again.")
            return redirect("orphan_detail", pk)
        elif form.is_valid():
            orphans.anchor_by_hand(by=request.user, orphan_id=pk, **form.place_given())
            messages.success(request, "The claim stands there now.")
            return redirect("review", orphan.appearance.claim_id)
        else:
            return _show(request, orphan, form, status=422)
    except DomainError as error:
        form.add_error(None, error.message)
        return _show(request, orphan, form, status=error.status, places=error.details.get("places", ()))
    return redirect("orphan_list")


def _show(
    request: DeskRequest, orphan: Orphan, form: PlaceForm, *, status: int = 200, places: Sequence[Any] = ()
) -> HttpResponse:
    context = {
        "orphan": orphan,
        "claim": orphan.appearance.claim,
        "article": orphan.appearance.version.article,
        "form": form,
        "places": places,
        "may_anchor": permissions.may(request.user, "anchor"),
    }
    return render(request, "claims/orphan.html", context, status=status)


# ---- A comparison as it is read ----------------------------------------------------------------------


def _paragraphs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces, cut at the ends of lines."""
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, line in enumerate(piece.text.split("\n")):
            if number and paragraphs[-1]:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(Piece(piece.kind, line))
    return [paragraph for paragraph in paragraphs if any(piece.text.strip() for piece in paragraph)]


def _passages(paragraphs: Sequence[Sequence[Piece]]) -> Iterator[Passage]:
    """Long runs of paragraphs without a change are folded, but for those beside a change."""
    changed = [any(piece.kind != "same" for piece in paragraph) for paragraph in paragraphs]
    near = [any(changed[max(0, at - CONTEXT) : at + CONTEXT + 1]) for at in range(len(paragraphs))]
    at = 0
    while at < len(paragraphs):
        end = at
        while end < len(paragraphs) and near[end] == near[at]:
            end += 1
        folded = not near[at] and end - at >= FOLDED
        yield Passage(folded, [marked_pieces(paragraph) for paragraph in paragraphs[at:end]])
        at = end


def _fields(old: ArticleVersion, new: ArticleVersion) -> list[Field]:
    """What differs besides the text."""
    values = [
        ("Title", old.title, new.title),
        ("Byline", old.byline, new.byline),
        ("Dateline", old.dateline, new.dateline),
        ("Published", _day(old.published_at or old.published_on), _day(new.published_at or new.published_on)),
        ("Language", old.language, new.language),
    ]
    return [Field(label, one or "–", other or "–") for label, one, other in values if one != other]


def _day(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    return date_format(moment, "j M Y H:i" if isinstance(moment, datetime) else "j M Y")
