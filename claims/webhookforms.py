from django import forms

from claims.choices import WebhookEventType


class WebhookForm(forms.Form):
    name = forms.CharField(label="Name", max_length=100, help_text="Who is told.")
    url = forms.CharField(
        label="Address",
        max_length=2048,
        widget=forms.URLInput,
        help_text="Begins with https://. A redirect is not followed.",
    )
    events = forms.MultipleChoiceField(
        label="What it is told of",
        choices=[(event.value, event.label) for event in WebhookEventType if event != WebhookEventType.TEST],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose one or more of these."},
    )


class ReplayForm(forms.Form):
    since = forms.DateField(
        label="Failed since (empty: ever)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
