"""What an editor is asked for when writing a fact-check."""

from typing import Any

from django import forms

from claims.models import FactCheck
from claims.models.factcheck import CLAIM_REVIEWED_WANTED, WORDS
from claims.services.factchecks import LONGEST


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class FactCheckForm(forms.Form):
    """The words of a page. `version` is the one they started from, 0 where nothing has been saved yet.

    Only what no draft may be is an error here; what readers would miss is told beside it (claims.drafting.troubles).
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    language = forms.CharField(widget=forms.HiddenInput, max_length=20)
    title = forms.CharField(label="Headline", required=False, max_length=200)
    claim_reviewed = forms.CharField(
        label="The claim in short",
        required=False,
        max_length=300,
        help_text=f"Without a verdict; at most {CLAIM_REVIEWED_WANTED} characters, or sites that show it cut it.",
    )
    summary = forms.CharField(
        label="What was found",
        required=False,
        max_length=LONGEST["summary"],
        help_text="In a sentence or three: the first thing that readers read.",
        widget=_text(3),
    )
    body = forms.CharField(
        label="The whole story",
        required=False,
        max_length=LONGEST["body"],
        help_text="How it was checked and what was found. *emphasis*, **strong**, [links](https://…), lists and > quotations.",
        widget=_text(14),
    )
    unknown = forms.CharField(
        label="What is not known",
        required=False,
        max_length=LONGEST["unknown"],
        help_text="What could not be found out, or looked at.",
        widget=_text(3),
    )
    social = forms.CharField(
        label="For cards on other sites",
        required=False,
        max_length=300,
        help_text="Empty: what was found.",
        widget=_text(2),
    )
    slug = forms.CharField(
        label="End of the address",
        max_length=100,
        help_text="a-z, 0-9 and hyphens. An address that readers had goes on leading here.",
        error_messages={"required": "Give the end of the address: a-z, 0-9 and single hyphens."},
    )

    @classmethod
    def of(cls, fact_check: FactCheck | None, language: str, words: dict[str, str]) -> "FactCheckForm":
        """As it was saved, or with the `words` to begin with."""
        if fact_check is not None:
            words = {name: getattr(fact_check, name) for name in WORDS}
        version = fact_check.version if fact_check else 0
        return cls(initial={**words, "version": version, "language": language})

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS}

    def on_top_of(self, version: int) -> "FactCheckForm":
        """The same words, now made from `version`: sending the form again puts them on top of it."""
        return type(self)({**dict(self.data.items()), "version": version})

    def beside(self, theirs: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Label, theirs and yours of each field that differs."""
        return [
            (str(self[name].label), str(theirs.get(name, "")), str(self[name].value() or ""))
            for name in WORDS
            if str(theirs.get(name, "")) != str(self[name].value() or "")
        ]


class LanguageForm(forms.Form):
    language = forms.CharField(
        label="In another language",
        max_length=20,
        help_text="Its code: de, pt-br.",
        widget=forms.TextInput(attrs={"size": 8, "autocapitalize": "off"}),
    )
