from typing import Any

from django import forms

from factcheck.lib.roles import Scope

LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until I revoke it")]


class KeyForm(forms.Form):
    name = forms.CharField(label="What it is for", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="What it may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than your own role allows.",
        error_messages={"required": "Say what it may: one or more of these."},
    )
    days = forms.ChoiceField(label="How long it lasts", choices=LASTS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"scopes": [Scope.READ], "days": "90"})
        super().__init__(*args, **kwargs)

    def clean_days(self) -> int | None:
        return int(self.cleaned_data["days"]) if self.cleaned_data["days"] else None


class ProfileForm(forms.Form):
    first_name = forms.CharField(label="First name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150, required=False)
    email = forms.EmailField(
        label="E-mail", max_length=254, required=False, help_text="For the digest of your inbox."
    )
