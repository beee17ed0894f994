"""What the screens of other desks' checks ask for."""

from typing import Any

from django import forms
from django.conf import settings

from claims.choices import MatchState
from claims.forms import ClaimNumberField
from claims.priorreads import UNMATCHED, PriorFilters
from factcheck.lib.keys import LONGEST_KEY


class PriorFilterForm(forms.Form):
    """The toolbar above the list. Values that are not on offer are ignored: a list is never an error page."""

    q = forms.CharField(
        required=False, label="Words", widget=forms.TextInput(attrs={"type": "search", "data-key": "/"})
    )
    site = forms.CharField(
        required=False,
        label="Site",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "desk.example"}),
    )
    language = forms.CharField(
        required=False, max_length=10, label="Language", widget=forms.TextInput(attrs={"size": 4})
    )
    match = forms.ChoiceField(
        required=False,
        label="Our claims",
        choices=[("", "Matched or not"), *MatchState.choices, (UNMATCHED, "No claim of ours")],
    )

    def filters(self) -> PriorFilters:
        self.is_valid()
        answers = self.cleaned_data
        return PriorFilters(
            words=answers.get("q", "").strip(),
            site=answers.get("site", "").strip(),
            language=answers.get("language", "").strip(),
            match=answers.get("match", ""),
        )


class PriorImportForm(forms.Form):
    url = forms.CharField(
        required=False,
        max_length=2048,
        label="Web address",
        help_text="Of a page with ClaimReview, of a DataFeed, or of a list of them as JSON.",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="Or a file",
        help_text=f".json, .jsonl, .jsonld or .html, up to {settings.PRIOR_MAX_BYTES / 1e6:g} MB.",
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.ndjson,.jsonld,.html,.htm,application/json"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("url")) == bool(given.get("file")):
            self.add_error("url", "Give an address or a file: one of the two.")
        return given


class PriorMatchForm(forms.Form):
    claim = ClaimNumberField(
        label="Our claim",
        help_text="The number after # at the top of its page.",
        min_value=1,
        max_value=10**LONGEST_KEY - 1,
        error_messages={"required": "Give the number of the claim."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
