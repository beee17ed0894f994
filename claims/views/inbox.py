"""The inbox: what concerns the reader, what they have read of it, and whether it comes by e-mail too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from claims.forms import DigestForm
from claims.inbox import inbox_page
from claims.models import Digest
from claims.services import digests, notices
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@require_GET
def inbox(request: DeskRequest) -> HttpResponse:
    """What the reader has not read yet, or with `show=all` everything, newest first."""
    shows_all = request.GET.get("show") == "all"
    page = inbox_page(
        request.user,
        unread=not shows_all,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    context = {"page": page, "shows_all": shows_all, "newest": page.rows[0].notice.pk if page.rows else None}
    return render(request, "claims/inbox.html", context)


@require_POST
def read(request: DeskRequest, notice_id: int) -> HttpResponse:
    try:
        notices.mark_read(by=request.user, notice_id=notice_id)
    except DomainError as error:
        messages.error(request, error.message)
    return _back(request)


@require_POST
def read_all(request: DeskRequest) -> HttpResponse:
    """Marks all that the reader had before them as read, further pages too; not what came in since."""
    count = notices.mark_all_read(by=request.user, through=read_key(request.POST.get("through", "")))
    messages.success(request, f"{count} marked as read." if count else "All of it was read already.")
    return redirect("inbox")


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: DeskRequest) -> HttpResponse:
    current, status = Digest.objects.filter(pk=request.user.pk).first() or Digest(user=request.user), 200
    form = DigestForm(initial={"pace": current.pace})
    if request.method == "POST":
        form, status = DigestForm(request.POST), 422
        if form.is_valid():
            try:
                digests.set_digest(by=request.user, pace=form.cleaned_data["pace"])
            except DomainError as error:
                form.add_error(None, error.message)
                status = error.status if error.status == 403 else 422
            else:
                messages.success(request, "Saved.")
                return redirect("inbox_digest")
    return render(request, "claims/inbox_digest.html", {"form": form, "digest": current}, status=status)


def _back(request: DeskRequest) -> HttpResponse:
    """To the same page of the inbox: the form carries its query."""
    query = request.GET.urlencode()
    return redirect(reverse("inbox") + (f"?{query}" if query else ""))
