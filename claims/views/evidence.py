"""Documents and what was found at the steps of a chain, from the workbench."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from claims.evidenceforms import EvidenceForm, HopCheckForm
from claims.forms import VersionedForm
from claims.services import documents, evidence, hopchecking
from claims.views.keeping import keeps_input
from claims.views.workbench import write
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@keeps_input("evidence")
@require_POST
def add_evidence(request: DeskRequest, claim_id: int) -> HttpResponse:
    answers, problem = _with_kept_file(request)
    return write(
        request,
        claim_id,
        "evidence",
        EvidenceForm(answers, file_problem=problem),
        lambda data: evidence.link_evidence(
            by=request.user,
            claim_id=claim_id,
            url=data["url"],
            file_sha256=data["file_sha256"],
            file_name=data["file_name"],
            passage=data["passage"],
            stance=data["stance"],
            kind=data["kind"],
            title=data["title"],
            quote=data["quote"],
            accessed_at=data["accessed_on"],
            expected_version=data["version"],
        ),
        done=lambda link: (
            "Evidence linked. A copy of it is being made." if link.evidence.url else "Evidence linked."
        ),
    )


def _with_kept_file(request: DeskRequest) -> tuple[QueryDict, str]:
    """What was sent, with the digest of its file, which is kept by now; or why it cannot be."""
    answers = request.POST.copy()
    file = request.FILES.get("file")
    if file is None:
        return answers, ""
    try:
        if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
            raise documents.too_large_upload(file.size or 0)
        kept = documents.keep_upload(by=request.user, content=file.read(), name=file.name or "")
    except DomainError as error:
        return answers, error.message
    answers["file_sha256"], answers["file_name"] = kept.sha256, (file.name or "")[:255]
    return answers, ""


@keeps_input()
@require_POST
def withdraw_evidence(request: DeskRequest, claim_id: int, link_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: evidence.withdraw_evidence(
            by=request.user, claim_id=claim_id, link_id=link_id, expected_version=data["version"]
        ),
        done="Evidence withdrawn; it stays in the history.",
    )


@keeps_input()
@require_POST
def see_evidence(request: DeskRequest, claim_id: int, link_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: evidence.see_evidence(
            by=request.user, claim_id=claim_id, link_id=link_id, expected_version=data["version"]
        ),
        done="Noted: it holds as the document is now.",
    )


@keeps_input()
@require_POST
def look_at_evidence(request: DeskRequest, claim_id: int, link_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: evidence.look_at_evidence(by=request.user, claim_id=claim_id, link_id=link_id),
        done="It is being looked at: reload the page in a moment.",
    )


@keeps_input(HopCheckForm.KEPT)
@require_POST
def check_hop(request: DeskRequest, claim_id: int) -> HttpResponse:
    position = read_key(request.POST.get("position", "")) or 0
    form = HopCheckForm(request.POST, auto_id=HopCheckForm.ids_at(position))

    def record(data: dict[str, Any]) -> Any:
        return hopchecking.check_hop(
            by=request.user,
            claim_id=claim_id,
            appearance_id=read_key(request.POST.get("appearance", "")) or 0,
            position=data["position"],
            result=data["result"],
            url=data["url"],
            wording=data["wording"],
            note=data["note"],
            expected_version=data["version"],
        )

    return write(
        request,
        claim_id,
        f"hop-{position}",
        form,
        record,
        done=lambda check: f"Checked: {check.get_result_display().lower()} at {check.name}.",
    )
