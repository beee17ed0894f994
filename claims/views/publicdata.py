"""The public site for programs: feeds, files, sitemap, robots.txt."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from claims import publicqueries
from claims.exports.claimreview import TERMS_OF
from claims.models import Dump, FactCheck
from claims.views.public import public

FEED_ENTRIES = 50
# A sitemap holds 50,000 addresses at most: so many numbers of fact-checks are in one.
SITEMAP_SPAN = 10_000
_TYPES = {
    Dump.Kind.JSON: "application/json",
    Dump.Kind.CSV: "text/csv",
    Dump.Kind.FEED: "application/ld+json",
}


@public
def data(request: HttpRequest) -> HttpResponse:
    context = {
        "desk": publicqueries.desk(),
        "dumps": Dump.objects.order_by("-kind"),
        "terms_of": TERMS_OF,
    }
    return render(request, "public/data.html", context)


@public
def dump(request: HttpRequest, name: str) -> Any:
    """A file of everything that is published, as it was made last."""
    kinds = {str(kind.label): kind for kind in Dump.Kind}
    found = Dump.objects.filter(pk=kinds.get(name, "")).first()
    if found is None:
        raise Http404("This file has not been made yet: it is, within the hour.")
    content_type = _TYPES[Dump.Kind(found.kind)]
    etag = f'"{found.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        response: Any = HttpResponse(status=304)
    else:
        try:
            response = FileResponse(found.file.open("rb"), content_type=content_type, filename=name)
        except FileNotFoundError as error:  # replaced just now: the next request finds the new one
            raise Http404("This file is being replaced: ask again.") from error
    response["ETag"] = etag
    response["Last-Modified"] = http_date(found.made_at.timestamp())
    return response


@public
def atom(request: HttpRequest) -> HttpResponse:
    """What was published or corrected last."""
    desk = publicqueries.desk()
    feed = Atom1Feed(
        title=desk.name,
        link=f"{desk.url}{reverse('public_list')}",
        description=f"Fact-checks of {desk.name}",
        feed_url=f"{desk.url}{reverse('public_atom')}",
        feed_copyright=desk.licence or None,
    )
    rows = publicqueries.listed_editions().defer("search", "facts", "body").order_by("-pk")
    for one in rows[:FEED_ENTRIES]:
        feed.add_item(
            title=one.title,
            link=publicqueries.page_address(one.slug),
            description=f"{one.rating}: {one.summary}",
            unique_id=f"{desk.url}/fact-checks/#{one.fact_check_id}",
            author_name=desk.name,
            pubdate=one.first_published_at,
            updateddate=one.published_at,
        )
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    return response


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """An index of sitemaps; each holds the fact-checks of one span of numbers, so that none is ever counted."""
    last = FactCheck.objects.order_by("-pk").values_list("pk", flat=True).first()
    spans = range((last or 0) // SITEMAP_SPAN + 1)
    return render(
        request,
        "public/sitemaps.xml",
        {"addresses": [f"{settings.PUBLIC_URL}{reverse('public_sitemap_part', args=[n])}" for n in spans]},
        content_type="application/xml",
    )


@public
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    first = number * SITEMAP_SPAN
    rows = publicqueries.listed_editions().filter(fact_check__gte=first, fact_check__lt=first + SITEMAP_SPAN)
    pages = [
        (publicqueries.page_address(slug), changed)
        for slug, changed in rows.order_by("fact_check").values_list("slug", "published_at")
    ]
    return render(request, "public/sitemap.xml", {"pages": pages}, content_type="application/xml")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Programs are welcome on the public site and nowhere else."""
    lines = ["User-agent: *"]
    if settings.PUBLIC_SITE:
        lines += ["Allow: /fact-checks/", "Allow: /static/", "Allow: /sitemap", "Allow: /v1alpha1/"]
    lines.append("Disallow: /")
    if settings.PUBLIC_SITE:
        lines += ["", f"Sitemap: {settings.PUBLIC_URL}{reverse('public_sitemap')}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
