"""Articles and the text of one, with its claims marked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from claims import articlequeries, changes, permissions, queries
from claims.editforms import AddClaimForm
from claims.forms import ArticleFilterForm
from claims.views.marking import marked_text
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role


@require_GET
def article_list(request: HttpRequest) -> HttpResponse:
    form = ArticleFilterForm(request.GET)
    form.is_valid()
    page = articlequeries.article_page(
        outlet=form.cleaned_data.get("outlet"),
        title=form.cleaned_data.get("title", "").strip(),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    narrowed = any(form.cleaned_data.values())
    return render(request, "articles/article_list.html", {"form": form, "page": page, "narrowed": narrowed})


@require_GET
def article_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One article at its current text, or at `?version=N`."""
    view = articlequeries.article_view(pk, number=read_key(request.GET.get("version", "")))
    if view is None:
        raise Http404("There is no such article, or not in this version.")
    text = mark_safe(marked_text(view.version.text, view.spans, view.appearances))
    add_form = AddClaimForm(text=view.version.text) if permissions.may(request.user, "edit") else None
    rows = [
        (appearance, queries.chain_steps(appearance, appearance.claim.speaker))
        for appearance in view.appearances
    ]
    return render(
        request,
        "articles/article_detail.html",
        {
            "view": view,
            "text": text,
            "rows": rows,
            # A text that never changed has lost nothing.
            "orphans": changes.orphans_of(pk) if len(view.versions) > 1 else [],
            "add_form": add_form,
            "may_recheck": has_role(request.user, Role.RESEARCHER),
        },
    )
