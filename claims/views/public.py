"""The public site: what readers see of the desk's work. No log-in, no cookie, no script."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from claims import publicqueries
from claims.exports.claimreview import claim_review
from claims.publicpages import page_context
from factcheck.lib.jsontext import json_text

FRESH_SECONDS = 60  # how long a reader's browser, or a cache in between, may show what it has without asking

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """For everybody, where the desk has a public site; asked again, what has not changed is not sent again."""

    @wraps(view)
    def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.PUBLIC_SITE:
            raise Http404("This desk has no public site.")
        response = view(request, **kwargs)
        ignore_session(request)
        return response

    cached = cache_control(public=True, max_age=FRESH_SECONDS)(conditional_page(require_safe(shown)))
    return login_not_required(cached)


def ignore_session(request: HttpRequest) -> None:
    """What is answered is the same for everybody: that the log-in was looked for must not make caches keep one for each cookie."""
    request.session.accessed = False


@public
def fact_check(request: HttpRequest, slug: str) -> HttpResponse:
    """A fact-check, or what is told of one that was retracted; an address that it once had leads to the one it has."""
    page = publicqueries.public_page(slug)
    if page is None:
        raise Http404("There is no fact-check at this address: look for it in the list.")
    if page.edition.slug != slug:
        return HttpResponsePermanentRedirect(reverse("public_fact_check", args=[page.edition.slug]))
    response = render(request, "public/fact_check.html", page_context(page))
    if page.fact_check.changed_at:
        response["Last-Modified"] = http_date(page.fact_check.changed_at.timestamp())
    return response


@public
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The name of a claim in ClaimReviews: leads to its page."""
    address = publicqueries.page_of_claim(claim_id)
    if not address:
        raise Http404("Nothing is published about this claim.")
    return redirect(address)


@public
def fact_check_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:300]
    language = request.GET.get("language", "").strip()[:20]
    context = {
        "desk": publicqueries.desk(),
        "words": words,
        "language": language,
        "languages": publicqueries.languages_of_site(),
        "page": publicqueries.public_list(
            words=words,
            language=language,
            before=request.GET.get("before", ""),
            after=request.GET.get("after", ""),
        ),
    }
    return render(request, "public/list.html", context)


@public
def corrections(request: HttpRequest) -> HttpResponse:
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    context = {
        "desk": publicqueries.desk(),
        "page": publicqueries.public_corrections(before=before, after=after),
        "retractions": [] if before or after else publicqueries.public_retractions(),
    }
    return render(request, "public/corrections.html", context)


@public
def claimreview(request: HttpRequest, slug: str) -> HttpResponse:
    """The ClaimReview of one page by itself, as it stands within the page."""
    page = publicqueries.public_page(slug)
    if page is None or page.fact_check.retracted_at is not None or page.edition.slug != slug:
        raise Http404("There is no ClaimReview at this address.")
    review = claim_review(page.published, publicqueries.desk())
    return HttpResponse(json_text(review), content_type="application/ld+json")
