"""The feed screens: the list, a new one with a look at it first, one feed and what is done with it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from articles import feedqueries
from articles.feedforms import ChangeFeedForm, NewFeedForm
from articles.models import Feed
from articles.services import feeds
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import Conflict, DomainError
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role
from factcheck.models import User

DRAFT = "feed"
LOOK_AGAIN_SECONDS = 2


@require_GET
def feed_list(request: DeskRequest) -> HttpResponse:
    """Every feed, how it stands and when it is polled next."""
    state = request.GET.get("state", "")
    page = feedqueries.feed_list(
        state=state, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    context = {
        "page": page,
        "state": state if state in feedqueries.STATES else "",
        "states": feedqueries.STATES,
        "may_import": _may_import(request),
        "worker_is_heard": worker_is_heard(),
    }
    return render(request, "articles/feed_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def feed_create(request: DeskRequest) -> HttpResponse:
    """A new feed in two steps: a look at the address, then, with what is there in sight, its adding.

    `use` is one of the feeds that a page offered; it is looked at in its turn.
    """
    form, look, status, failed = NewFeedForm(), None, 200, ""
    if request.method == "POST":
        given = request.POST.dict()
        if given.get("use"):
            given["url"], given["action"] = given["use"], "look"
        form, status = NewFeedForm(given), 422
        if form.is_valid():
            try:
                if given.get("action") == "add":
                    feed = _add(request.user, form)
                    messages.success(
                        request, "Added. Its first poll comes in a moment.", extra_tags=f"draft:{DRAFT}"
                    )
                    return redirect(feed)
                look = feeds.look_at_feed(by=request.user, url=form.cleaned_data["url"])
            except Conflict as error:
                form.add_error("url", error.message)
            except DomainError as error:
                form.add_error("url", error.message)
                failed = error.code
                status = 403 if error.status == 403 else 422
            else:
                form, status = _filled_from(look, given), 200
    context = {
        "form": form,
        "look": look,
        "may_try_anyway": bool(failed)
        and failed not in ("invalid_url", "role_required", "forbidden_address"),
        "draft": DRAFT,
        "may_import": _may_import(request),
        "worker_is_heard": worker_is_heard(),
    }
    return render(request, "articles/feed_create.html", context, status=status)


@login_not_required  # says so itself: a page that looks every few seconds must not get the log-in page into its middle
@vary_on_headers("HX-Request")
@require_GET
def feed_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One feed and its entries. While it is due or being polled, the page asks for its middle part again."""
    if _is_stranger(request):
        login = redirect_to_login(reverse("feed_detail", args=[pk]))
        return HttpResponseClientRedirect(login["Location"]) if request.htmx else login
    detail = feedqueries.feed_detail(
        pk, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    if detail is None:
        raise Http404("There is no such feed.")
    feed = detail.row.feed
    context = {
        "detail": detail,
        "feed": feed,
        "looks_again": feed.is_due or feed.state == Feed.State.POLLING,
        "seconds": LOOK_AGAIN_SECONDS,
        "may_import": _may_import(request),
        "worker_is_heard": worker_is_heard(),
    }
    template = "articles/_feed_state.html" if request.htmx else "articles/feed_detail.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def feed_change(request: DeskRequest, pk: int) -> HttpResponse:
    """Its name, outlet and interval."""
    feed = get_object_or_404(Feed.objects.select_related("outlet"), pk=pk)
    form, status = ChangeFeedForm(feed), 200
    if request.method == "POST":
        form, status = ChangeFeedForm(feed, request.POST), 422
        if form.is_valid():
            try:
                feeds.change_feed(by=request.user, feed_id=pk, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                messages.success(request, "Saved.", extra_tags=f"draft:feed:{pk}")
                return redirect(feed)
    context = {"form": form, "feed": feed, "draft": f"feed:{pk}", "may_import": _may_import(request)}
    return render(request, "articles/feed_change.html", context, status=status)


def _doing(act: Callable[[User, int], object], said: str) -> Callable[[DeskRequest, int], HttpResponse]:
    """A view that does one thing with a feed and says so, or says why not."""

    @require_POST
    def view(request: DeskRequest, pk: int) -> HttpResponse:
        try:
            act(request.user, pk)
        except Feed.DoesNotExist:
            raise Http404("There is no such feed.") from None
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, said)
        return redirect("feed_detail", pk) if Feed.objects.filter(pk=pk).exists() else redirect("feed_list")

    return view


feed_poll = _doing(
    lambda by, pk: feeds.poll_feed_now(by=by, feed_id=pk), "Asked for: it is polled in a moment."
)
feed_pause = _doing(
    lambda by, pk: feeds.pause_feed(by=by, feed_id=pk), "Paused: it is not polled until somebody resumes it."
)
feed_resume = _doing(
    lambda by, pk: feeds.resume_feed(by=by, feed_id=pk), "Resumed: it is polled in a moment."
)
feed_delete = _doing(
    lambda by, pk: feeds.delete_feed(by=by, feed_id=pk), "Deleted. What it imported is still here."
)


def _add(by: User, form: NewFeedForm) -> Feed:
    answers = form.cleaned_data
    return feeds.add_feed(
        by=by,
        url=answers["url"],
        name=answers["name"],
        outlet=answers["outlet"],
        interval=answers["interval"],
        first_entries=answers["first_entries"],
        site_url=answers["site_url"],
    )


def _filled_from(look: feeds.Look, given: Mapping[str, Any]) -> NewFeedForm:
    """The form again, with what the feed says of itself where a person said nothing."""
    answers = {name: given.get(name, "") for name in NewFeedForm.base_fields}
    answers["url"] = look.url
    if look.kind != "page":
        answers["name"] = answers["name"] or look.title[:200]
        answers["outlet"] = answers["outlet"] or look.outlet
        answers["site_url"] = look.site_url
    form = NewFeedForm(answers)
    form.is_valid()
    return form


def _is_stranger(request: HttpRequest) -> bool:
    return not request.user.is_authenticated


def _may_import(request: DeskRequest) -> bool:
    return has_role(request.user, Role.RESEARCHER)
