"""Writing a claim's fact-check, looking at its page before readers do, and publishing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.choices import State, Veracity
from claims.drafting import prefilled, troubles
from claims.factcheckforms import FactCheckForm, LanguageForm
from claims.facts import facts_of
from claims.models import ClaimState, FactCheck, verdict_choices
from claims.models.factcheck import WORDS
from claims.publicpages import preview_context
from claims.services import factchecks
from claims.views.keeping import keeps_input, take_kept_input
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

KEPT = "fact_check"


@keeps_input(KEPT, back="fact_check_write")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: DeskRequest, claim_id: int) -> HttpResponse:
    """A claim's fact-check in one language (`?language=`); POST saves it (`action`: save, preview or discard)."""
    case = _case(claim_id)
    kept = take_kept_input(request, claim_id=claim_id) if request.method == "GET" else None
    asked = request.POST.get("language") or request.GET.get("language", "")
    language, unknown = _language(case, asked or (kept.fields.get("language", "") if kept else ""))
    fact_check = (
        FactCheck.objects.select_related("written_by", "current")
        .filter(claim=claim_id, language=language)
        .first()
    )
    if request.method != "POST":
        form = FactCheckForm(initial=kept.fields) if kept and kept.form == KEPT else None
        return _page(request, case, fact_check, language, form=form, refusal=unknown, kept=form is not None)
    form = FactCheckForm(request.POST)
    if request.POST.get("action") == "discard":
        return _discard(request, case, fact_check, form)
    if not form.is_valid():
        return _page(request, case, fact_check, language, form=form, status=422)
    try:
        fact_check = factchecks.write_fact_check(
            by=request.user,
            claim_id=claim_id,
            language=language,
            words=form.words(),
            expected_version=form.cleaned_data["version"],
        )
    except DomainError as error:
        return _refused(request, case, fact_check, language, form, error)
    messages.success(request, "Saved.", extra_tags=f"draft:{_draft_key(request, claim_id, language)}")
    if request.POST.get("action") == "preview":
        return redirect("fact_check_preview", claim_id, language)
    return redirect(reverse("fact_check_write", args=[claim_id]) + f"?language={language}")


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: DeskRequest, claim_id: int, language: str) -> HttpResponse:
    """The saved draft as readers would see it; POST publishes it."""
    case = _case(claim_id)
    fact_check = FactCheck.objects.filter(claim=claim_id, language=language).first()
    if fact_check is None:
        raise Http404("Nothing has been written in this language yet.")
    refusal = None
    if request.method == "POST":
        try:
            factchecks.publish_fact_check(
                by=request.user,
                fact_check_id=fact_check.pk,
                expected_version=read_key(request.POST.get("version", "")) or 0,
                expected_claim_version=read_key(request.POST.get("claim_version", "")) or 0,
            )
        except DomainError as error:
            refusal = error
            case = _case(claim_id)
            fact_check.refresh_from_db()
        else:
            messages.success(request, "Published.")
            return redirect("review", claim_id)
    context = preview_context(fact_check, case)
    if context is None:
        raise Http404("This claim has no verdict: there is nothing to look at yet.")
    context |= {
        "preview": True,
        "case": case,
        "refusal": refusal,
        "troubles": _troubles(fact_check),
        "may_publish": _may_publish(request, case, fact_check),
    }
    response = render(request, "claims/fact_check_preview.html", context, status=_status(refusal))
    patch_cache_control(response, no_store=True, private=True)
    return response


# ---- The page ----------------------------------------------------------------------------------------


def _page(
    request: DeskRequest,
    case: ClaimState,
    fact_check: FactCheck | None,
    language: str,
    *,
    form: FactCheckForm | None = None,
    refusal: DomainError | None = None,
    kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    facts = facts_of(case, language)
    if form is None:
        words = prefilled(case, facts, language) if facts and fact_check is None else {}
        form = FactCheckForm.of(fact_check, language, words)
    conflict = refusal.details.get("current") if refusal and refusal.code == "stale" else None
    others = FactCheck.objects.filter(claim=case.pk).exclude(language=language).order_by("language")
    context: dict[str, Any] = {
        "case": case,
        "claim": case.claim,
        "fact_check": fact_check,
        "language": language,
        "facts": facts,
        "form": form,
        "refusal": refusal,
        "beside": form.beside(conflict) if conflict else [],
        "conflict": conflict,
        "kept": kept,
        "returned": form.is_bound,
        "troubles": _troubles(fact_check) if fact_check and not form.is_bound else [],
        "draft": _draft_key(request, case.pk, language),
        "others": list(others),
        "language_form": LanguageForm(auto_id="other_%s"),
        "may_write": permissions.may(request.user, "write_fact_check"),
        # Why nothing can be saved just now, before somebody types.
        "closed": factchecks.closed(case, fact_check),
    }
    return render(request, "claims/fact_check.html", context, status=_status(refusal) if refusal else status)


def _refused(
    request: DeskRequest,
    case: ClaimState,
    fact_check: FactCheck | None,
    language: str,
    form: FactCheckForm,
    error: DomainError,
) -> HttpResponse:
    if error.code == "stale":
        form = form.on_top_of(error.details["current"]["version"])
    elif (field := error.details.get("field")) in form.fields:
        form.add_error(field, error.message)
    return _page(request, case, fact_check, language, form=form, refusal=error)


def _discard(
    request: DeskRequest, case: ClaimState, fact_check: FactCheck | None, form: FactCheckForm
) -> HttpResponse:
    language = fact_check.language if fact_check else ""
    if fact_check is None:
        return redirect("review", case.pk)
    try:
        factchecks.discard_fact_check(
            by=request.user,
            fact_check_id=fact_check.pk,
            expected_version=read_key(request.POST.get("version", "")) or 0,
        )
    except DomainError as error:
        return _refused(request, case, fact_check, language, form, error)
    messages.success(
        request,
        "Discarded; its words stay in the claim's history.",
        extra_tags=f"draft:{_draft_key(request, case.pk, language)}",
    )
    return redirect("review", case.pk)


def _case(claim_id: int) -> ClaimState:
    case = (
        ClaimState.objects.select_related("claim", "speaker__outlet", "outlet", "author")
        .defer("claim__search")
        .filter(pk=claim_id)
        .first()
    )
    if case is None:
        raise Http404("There is no such claim: check the number, or look for it in the list.")
    return case


def _language(case: ClaimState, asked: str) -> tuple[str, DomainError | None]:
    """The language to write in: the one asked for, else one that was begun, else the claim's own."""
    if asked:
        try:
            return factchecks.require_language(asked), None
        except DomainError as error:
            return case.claim.language or "en", error
    begun = FactCheck.objects.filter(claim=case.pk).order_by("pk").values_list("language", flat=True).first()
    return begun or case.claim.language or "en", None


def _troubles(fact_check: FactCheck) -> list[Any]:
    words = {name: getattr(fact_check, name) for name in WORDS}
    return troubles(words, [label for _, label in verdict_choices(Veracity)])


def _may_publish(request: DeskRequest, case: ClaimState, fact_check: FactCheck) -> bool:
    return (
        permissions.may(request.user, "publish")
        and fact_check.current_id is None
        and case.state in (State.APPROVED, State.PUBLISHED)
    )


def _status(refusal: DomainError | None) -> int:
    if refusal is None:
        return 200
    return refusal.status if refusal.status in (403, 409) else 422


def _draft_key(request: DeskRequest, claim_id: int, language: str) -> str:
    return f"fact-check-{claim_id}-{language}-{request.user.pk}"
