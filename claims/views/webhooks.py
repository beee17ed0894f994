"""Webhooks on screen: the list, and one with its log."""

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.choices import DeliveryState
from claims.cuts import newest_cut
from claims.models import Webhook
from claims.services import webhooks
from claims.webhookforms import ReplayForm, WebhookForm
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.lib.requests import DeskRequest

_FIELDS = ("name", "url", "events")
_DENIED = "Only an admin may manage webhooks."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_list(request: DeskRequest) -> HttpResponse:
    """All of them; a POST makes one, and its answer is the one page that shows the secret."""
    if not permissions.may(request.user, "manage_webhooks"):
        raise PermissionDenied(_DENIED)
    form, made, status = WebhookForm(), None, 200
    if request.method == "POST":
        form = WebhookForm(request.POST)
        if form.is_valid():
            try:
                made, form = webhooks.make_webhook(by=request.user, **form.cleaned_data), WebhookForm()
            except DomainError as error:
                form.add_error(
                    "url" if error.code not in ("name_missing", "bad_events") else None, error.message
                )
        status = 200 if made else 422
    context = {"webhooks": Webhook.objects.order_by("name", "pk"), "form": form, "made": made}
    return render(request, "claims/webhook_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One with its log; a POST changes what it is called, where it is and what it is told of."""
    try:
        webhook = webhooks.find_webhook(by=request.user, webhook_id=pk)
    except Refused:
        raise PermissionDenied(_DENIED) from None
    except Missing as error:
        raise Http404(error.message) from None
    if request.method != "POST":
        return _page(request, webhook)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, webhook, form=form, status=422)
    try:
        webhooks.change_webhook(by=request.user, webhook_id=pk, **form.cleaned_data)
    except DomainError as error:
        form.add_error("url" if error.code not in ("name_missing", "bad_events") else None, error.message)
        return _page(request, webhook, form=form, status=422)
    messages.success(request, "Saved.")
    return redirect("webhook_detail", pk)


@require_POST
def webhook_switch(request: DeskRequest, pk: int, to: str) -> HttpResponse:
    def switch() -> None:
        webhooks.change_webhook(by=request.user, webhook_id=pk, is_on=to == "on")

    return _done(request, pk, switch, f"It is {to} now.")


@never_cache
@require_POST
def webhook_rotate(request: DeskRequest, pk: int) -> HttpResponse:
    try:
        webhook = webhooks.rotate_secret(by=request.user, webhook_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("webhook_list")
    return _page(request, webhook, secret=webhook.secret)


@require_POST
def webhook_test(request: DeskRequest, pk: int) -> HttpResponse:
    told = "A test event is on its way: reload to see how it went."
    return _done(request, pk, lambda: webhooks.send_test(by=request.user, webhook_id=pk), told)


@require_POST
def webhook_delete(request: DeskRequest, pk: int) -> HttpResponse:
    return _done(
        request,
        None,
        lambda: webhooks.delete_webhook(by=request.user, webhook_id=pk),
        "It is deleted, with its log.",
    )


@require_POST
def webhook_replay(request: DeskRequest, pk: int) -> HttpResponse:
    """One delivery (`delivery`), or all that failed since a day."""
    form = ReplayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the day as 2026-11-27, or leave it empty.")
        return redirect("webhook_detail", pk)
    day = form.cleaned_data["since"]
    since = datetime.combine(day, time(), UTC) if day else None
    given = request.POST.get("delivery", "")
    delivery = int(given) if given.isascii() and given.isdecimal() and len(given) <= 18 else None
    try:
        count = webhooks.replay(by=request.user, webhook_id=pk, delivery_id=delivery, since=since)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            f"{count} on their way again."
            if count
            else "Nothing to send again: it has ended well, or waits.",
        )
    return redirect("webhook_detail", pk)


def _done(request: DeskRequest, pk: int | None, act: Any, told: str) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect("webhook_list") if pk is None else redirect("webhook_detail", pk)


def _page(request: DeskRequest, webhook: Webhook, *, status: int = 200, **given: Any) -> HttpResponse:
    shown = request.GET.get("state", "")
    log = webhook.deliveries.select_related("event").prefetch_related("tries")
    if shown in DeliveryState.values:
        log = log.filter(state=shown)
    context = {
        "webhook": webhook,
        "form": given.get("form") or WebhookForm(initial={name: getattr(webhook, name) for name in _FIELDS}),
        "replay": ReplayForm(),
        "secret": given.get("secret"),
        "page": newest_cut(log, request.GET.get("before", ""), request.GET.get("after", "")),
        "shown": shown,
        "states": DeliveryState.choices,
    }
    return render(request, "claims/webhook_detail.html", context, status=status)
