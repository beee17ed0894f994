"""Changing what was extracted, from the workbench: each a short form that works without scripts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from articles.models import ArticleVersion
from claims.editforms import AddClaimForm, MergeForm, ReadingForm, SplitForm
from claims.ledger import named_like
from claims.models import Appearance, Speaker
from claims.services import editing
from claims.services.locating import locate_lines
from claims.services.readings import as_it_stands, with_all
from claims.views.keeping import keeps_input
from claims.views.workbench import write
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

OFFERED_SPEAKERS = 12


@keeps_input("edit")
@require_POST
def edit(request: DeskRequest, claim_id: int) -> HttpResponse:
    appearance = _appearance(request, claim_id)
    reading = as_it_stands(appearance)
    form = ReadingForm.of(appearance, reading, request.POST, version=appearance.claim.case.version)
    return write(
        request,
        claim_id,
        "edit",
        form,
        lambda data: editing.edit_claim(
            by=request.user,
            appearance_id=appearance.pk,
            changes=form.changes(reading),
            expected_version=data["version"],
        ),
        done="Changed. “Undo” takes it back.",
        whole=True,
    )


@keeps_input("split")
@require_POST
def split(request: DeskRequest, claim_id: int) -> HttpResponse:
    appearance = _appearance(request, claim_id)
    reading = as_it_stands(appearance)
    near = reading["content"][0][0] if reading["content"] else 0

    def make(data: dict[str, Any]) -> list[Appearance]:
        text = appearance.version.text
        parts = [locate_lines(text, line, near=near) for line in data["parts"].splitlines() if line.strip()]
        return editing.split_claim(
            by=request.user, appearance_id=appearance.pk, parts=parts, expected_version=data["version"]
        )

    return write(
        request,
        claim_id,
        "split",
        SplitForm(request.POST, auto_id="split_%s"),
        make,
        done=lambda made: f"Split off: {', '.join(f'#{one.claim_id}' for one in made)}.",
        whole=True,
    )


@keeps_input("merge")
@require_POST
def merge(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "merge",
        MergeForm(request.POST, auto_id="merge_%s"),
        lambda data: editing.merge_claims(
            by=request.user, claim_id=claim_id, into=data["into"], expected_version=data["version"]
        ),
        done="Merged: this is the claim now.",
        whole=True,
    )


@require_POST
def add_claim(request: DeskRequest, version_id: int) -> HttpResponse:
    """Adds a claim that the extractor missed, and opens it; what is refused gives the form back on a page of its own."""
    version = get_object_or_404(ArticleVersion.objects.select_related("article__outlet"), pk=version_id)
    form, status = AddClaimForm(request.POST, text=version.text), 422
    if form.is_valid():
        try:
            made = editing.add_claim(by=request.user, version_id=version.pk, reading=form.reading())
        except DomainError as error:
            form.add_error(None, error.message)
            status = error.status if error.status in (403, 409) else 422
        else:
            messages.success(request, "Added. It is in the queue.")
            return redirect("review", made.claim_id)
    return render(request, "claims/add_claim.html", {"form": form, "version": version}, status=status)


@require_GET
def speakers(request: DeskRequest) -> HttpResponse:
    """Speakers whose name has what is typed, as options of a list: the desk's own first, shortest first."""
    typed = " ".join(request.GET.get("speaker", "").split())
    found = (
        named_like(typed).filter(merged_into=None).order_by("name")
        if len(typed) > 1
        else Speaker.objects.none()
    )
    context = {"speakers": found.select_related("outlet")[:OFFERED_SPEAKERS]}
    return render(request, "claims/_speaker_options.html", context)


def _appearance(request: DeskRequest, claim_id: int) -> Appearance:
    appearances = with_all(Appearance.objects.filter(claim=claim_id).order_by("pk"))
    key = read_key(request.POST.get("appearance", ""))
    found = appearances.filter(pk=key).first() if key else appearances.first()
    if found is None:
        raise Http404("There is no such claim: check the number, or look for it in the list.")
    return found
