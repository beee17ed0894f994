"""The desk's tags: a small page to manage them, and the tags of a claim on the workbench."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.deskforms import TagForm, TagMergeForm, TagNameForm
from claims.models import Tag
from claims.services import tagging
from claims.views.keeping import keeps_input
from claims.views.workbench import write
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@keeps_input()
@require_POST
def tag_claim(request: DeskRequest, claim_id: int) -> HttpResponse:
    """Puts the tag that was typed on the claim, or with `remove` takes that one off."""
    by = request.user
    if gone := request.POST.get("remove", ""):
        form = TagForm({"version": request.POST.get("version", ""), "tag": gone}, auto_id="tag_%s")
        return write(
            request,
            claim_id,
            "",
            form,
            lambda data: tagging.tag_claim(
                by=by, claim_id=claim_id, remove=[gone], expected_version=data["version"]
            ),
            done="Taken off.",
        )
    return write(
        request,
        claim_id,
        "tag",
        TagForm(request.POST, auto_id="tag_%s"),
        lambda data: tagging.tag_claim(
            by=by, claim_id=claim_id, add=[data["tag"]], expected_version=data["version"]
        ),
        done="Tagged.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tag_list(request: DeskRequest) -> HttpResponse:
    """The vocabulary; POST with `action` changes it. What is refused gives the page back with what was typed."""
    if request.method != "POST":
        return _show(request)
    by, action, key = request.user, request.POST.get("action", ""), read_key(request.POST.get("tag", "")) or 0
    name, into = request.POST.get("name", ""), request.POST.get("into", "")
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: tagging.add_tag(by=by, name=name),
        "rename": lambda: tagging.rename_tag(by=by, tag_id=key, name=name),
        "merge": lambda: tagging.merge_tags(by=by, tag_id=key, into=into),
        "retire": lambda: tagging.retire_tag(by=by, tag_id=key),
        "restore": lambda: tagging.retire_tag(by=by, tag_id=key, retired=False),
    }
    if action not in acts:
        return redirect("tag_list")
    try:
        acts[action]()
    except DomainError as error:
        return _show(request, error)
    messages.success(request, "Saved.")
    return redirect("tag_list")


def _show(request: DeskRequest, refusal: DomainError | None = None) -> HttpResponse:
    typed = request.POST if refusal else {}
    action, key = typed.get("action", ""), read_key(typed.get("tag", "")) if refusal else None
    rows = []
    for tag in Tag.objects.select_related("merged_into").order_by("name"):
        mine = tag.pk == key
        rename = TagNameForm(
            initial={"name": typed["name"] if mine and action == "rename" else tag.name},
            auto_id=f"rename_{tag.pk}_%s",
        )
        merge = TagMergeForm(
            initial={"into": typed.get("into", "") if mine else ""}, auto_id=f"merge_{tag.pk}_%s"
        )
        rows.append((tag, rename, merge, action if mine else ""))
    context = {
        "rows": rows,
        "add": TagNameForm(
            initial={"name": typed.get("name", "") if action == "add" else ""}, auto_id="add_%s"
        ),
        "refusal": refusal,
        "may_manage": permissions.may(request.user, "manage_tags"),
    }
    status = refusal.status if refusal and refusal.status in (403, 409) else 422 if refusal else 200
    return render(request, "claims/tag_list.html", context, status=status)
