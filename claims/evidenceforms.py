"""The forms of the workbench for documents, and for what was found at the steps of a chain."""

from datetime import datetime, time
from typing import Any, ClassVar, Self

from django import forms
from django.utils import timezone

from claims.choices import EvidenceKind, HopResult, Stance
from claims.forms import VersionedForm
from claims.services.documents import Passage, locate_passage, require_evidence_url
from factcheck.lib.errors import DomainError


def _clean_url(url: str) -> str:
    """Asked here too, so that everything that is wrong is told at once, each beside its field."""
    try:
        return require_evidence_url(url) if url.strip() else ""
    except DomainError as error:
        raise forms.ValidationError(error.message, code=error.code) from error


def _url_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}), **options
    )


class EvidenceForm(VersionedForm):
    """A document by one of its three origins. A file that was sent is kept before anything else is asked, and named by its
    digest from then on, so that it need not be chosen again."""

    url = _url_field(required=False, label="Web address")
    file = forms.FileField(
        required=False,
        label="A file",
        help_text="A PDF, a saved web page, a text or a picture.",
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pdf,.html,.htm,.txt,.md,.csv,.png,.jpg,.jpeg,.gif,.webp"}
        ),
    )
    file_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)
    file_name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    article = forms.CharField(
        required=False,
        max_length=2100,
        label="An article of this desk",
        help_text="Its number or its address. “The words that matter” below say which passage.",
    )
    stance = forms.ChoiceField(
        choices=Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how the document bears on the claim."},
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Not said"), *EvidenceKind.choices])
    title = forms.CharField(required=False, max_length=500)
    quote = forms.CharField(
        required=False, label="The words that matter", widget=forms.Textarea(attrs={"rows": 2})
    )
    accessed_on = forms.DateField(
        required=False,
        label="Looked at on",
        help_text="Empty: today.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, file_problem: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.file_problem = file_problem

    def clean_url(self) -> str:
        return _clean_url(self.cleaned_data["url"])

    def clean_accessed_on(self) -> datetime | None:
        day = self.cleaned_data["accessed_on"]
        if day is None:
            return None
        if day > timezone.localdate():
            raise forms.ValidationError("That day has not come yet.", code="accessed_in_future")
        return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if self.file_problem:
            self.add_error("file", self.file_problem)
        article, has_file = answers.get("article", ""), bool(answers.get("file_sha256"))
        given = sum((bool(answers.get("url")), has_file, bool(article)))
        if not given and not {"url", "file"} & set(self.errors):
            self.add_error("url", "Give the address of the document, or a file, or an article.")
        elif given > 1:
            self.add_error("url", "One document at a time: leave all but one of address, file and article empty.")  # fmt: skip
        answers["passage"] = None
        if article and given == 1:
            answers["passage"] = self._passage(article, answers.get("quote", ""))
        return answers

    def _passage(self, article: str, quote: str) -> Passage | None:
        if not quote.strip():
            self.add_error("quote", "Copy here the words of the article that matter.")
            return None
        try:
            return locate_passage(article=article, words=quote)
        except DomainError as error:
            self.add_error("article" if error.code == "article_not_found" else "quote", error.message)
            return None

    @property
    def is_other_origin(self) -> bool:
        """Whether a file or an article was given, so that their fields are shown open."""
        return any(self[name].value() or name in self.errors for name in ("article", "file_sha256", "file"))


class HopCheckForm(VersionedForm):
    """What was found at one step of the chain."""

    KEPT: ClassVar = "hop"  # as what it is kept, when its session had ended

    position = forms.IntegerField(min_value=1, max_value=999, widget=forms.HiddenInput)
    result = forms.ChoiceField(
        choices=HopResult.choices,
        widget=forms.RadioSelect,
        label="What is there",
        error_messages={"required": "Say what you found there."},
    )
    url = _url_field(required=False, label="Link")
    wording = forms.CharField(
        required=False,
        label="The wording there",
        help_text="Compared with the words here, word by word.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        required=False, max_length=2000, help_text="Where you looked, if there is no link.",
        widget=forms.Textarea(attrs={"rows": 1}),
    )  # fmt: skip

    @staticmethod
    def ids_at(position: object) -> str:
        return f"hop{position}_%s"

    @property
    def name(self) -> str:
        return f"hop-{self['position'].value()}"

    def _with(self, data: dict[str, Any]) -> Self:
        return type(self)(data, auto_id=self.auto_id)

    def clean_url(self) -> str:
        return _clean_url(self.cleaned_data["url"])

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("result") == HopResult.ALTERED and not answers.get("wording", "").strip():
            self.add_error("wording", "Give the words as they stand there, so that both can be compared.")
        if not answers.get("url") and not answers.get("note", "").strip() and "url" not in self.errors:
            self.add_error("url", "Say where you looked: give a link, or a note.")
        return answers
