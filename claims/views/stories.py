"""Stories: the same report at many outlets, and how their texts overlap."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from articles import stories
from claims import permissions
from claims.citing import citations
from claims.services.stories import put_back_into_story, take_out_of_story
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@require_GET
def story_list(request: HttpRequest) -> HttpResponse:
    page = stories.story_page(before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    return render(request, "articles/story_list.html", {"page": page})


@require_GET
def story_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One story, its articles compared with the one seen first, or with `?beside=` another of them."""
    view = stories.story_view(pk, beside=read_key(request.GET.get("beside", "")))
    if view is None:
        raise Http404("There is no such story.")
    if view.story.pk != pk:
        return redirect(view.story)
    cited = citations(view.members)
    context = {
        "view": view,
        "rows": [(member, cited[member.article.pk]) for member in view.members],
        "may_sort": permissions.may(request.user, "sort_stories"),
    }
    return render(request, "articles/story_detail.html", context)


@require_POST
def story_take_out(request: DeskRequest, pk: int, article_id: int) -> HttpResponse:
    try:
        take_out_of_story(
            by=request.user, article_id=article_id, story_id=pk, reason=request.POST.get("reason", "")
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, "Taken out of the story. It is not put back by itself; you can put it back below."
        )
    return redirect("story_detail", pk)


@require_POST
def story_put_back(request: DeskRequest, pk: int, article_id: int) -> HttpResponse:
    try:
        put_back_into_story(by=request.user, article_id=article_id, story_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Part of the story again.")
    return redirect("story_detail", pk)
