"""The admin of webhooks; claims.admin brings it in. They are managed on their own screen; secrets are shown nowhere."""

from django.contrib import admin

from claims.models import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    list_display = ("name", "url", "is_on", "failures", "delivered_at", "made_by")
    list_select_related = ("made_by",)
    list_filter = ("is_on",)
    search_fields = ("name", "url")
    exclude = ("secret", "former_secret")


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ("uid", "type", "subject", "at")
    list_filter = ("type",)
    search_fields = ("=uid", "=subject")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "webhook", "state", "attempts", "next_at", "ended_at")
    list_select_related = ("event", "webhook")
    list_filter = ("state", "webhook")
    search_fields = ("=subject",)


@admin.register(WebhookAttempt)
class WebhookAttemptAdmin(ReadOnlyAdmin):
    list_display = ("delivery", "at", "status", "error_code", "ms")
    list_select_related = ("delivery__event", "delivery__webhook")
    search_fields = ("=delivery__subject",)
