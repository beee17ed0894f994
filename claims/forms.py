"""What the claim screens ask for. The rules behind the answers are the services'."""

from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import Model

from articles.models import Outlet
from claims.choices import (
    VERDICTS,
    AttributionVerdict,
    DigestPace,
    DismissReason,
    Due,
    Edited,
    Form,
    Mine,
    Veracity,
    When,
)
from claims.models import Tag, verdict_choices
from claims.narrowing import Filters
from claims.queries import offered_states
from claims.services.desk import LONGEST_LABEL, MOST
from claims.services.reviewing import Judgement
from factcheck.lib.keys import LONGEST_KEY
from factcheck.models import User


def _states() -> list[tuple[str, str]]:
    return [("", "Any state"), *((state.value, str(state.label)) for state in offered_states())]


AGES = {"1": "an hour", "24": "a day", "72": "three days", "168": "a week", "720": "thirty days"}
SCORES = ("0.9", "0.8", "0.7", "0.6", "0.5", "0.3")


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ClaimFilterForm(forms.Form):
    """The toolbar above a list of claims. Values that are not on offer are ignored: a list is never an error page."""

    q = forms.CharField(
        required=False, label="Words", widget=forms.TextInput(attrs={"type": "search", "data-key": "/"})
    )
    state = forms.ChoiceField(required=False, choices=_states)
    outlet = forms.ModelChoiceField(Outlet.objects.all(), required=False, empty_label="Any outlet")
    speaker = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search"}))
    form = forms.ChoiceField(required=False, choices=[("", "Any form"), *Form.choices])
    veracity = forms.ChoiceField(
        required=False, label="Verdict", choices=lambda: [("", "Any verdict"), *verdict_choices(Veracity)]
    )
    checkable = forms.ChoiceField(required=False, choices=[("", "Yes or no"), ("yes", "Yes"), ("no", "No")])

    edited = forms.ChoiceField(
        required=False, label="Edited since", choices=[("", "Edited or not"), *Edited.choices]
    )

    due = forms.ChoiceField(required=False, choices=[("", "Due or not"), *Due.choices])
    mine = forms.ChoiceField(required=False, label="For me", choices=[("", "Anybody's"), *Mine.choices])
    tag = forms.ModelChoiceField(
        Tag.objects.filter(merged_into=None), required=False, empty_label="Any tag", label="Tag"
    )
    older = forms.ChoiceField(
        required=False,
        label="In its state for",
        choices=[("", "Any time"), *((hours, f"More than {words}") for hours, words in AGES.items())],
    )
    score = forms.ChoiceField(
        required=False,
        label="Worth checking",
        choices=[("", "Any score"), *((score, f"{float(score):.0%} or more") for score in SCORES)],
    )
    when = forms.ChoiceField(required=False, label="What", choices=[("", "At any time"), *When.choices])
    since = forms.DateField(required=False, label="From", widget=day_input())
    until = forms.DateField(required=False, label="To", widget=day_input())

    RARE = (
        "due",
        "form",
        "checkable",
        "veracity",
        "edited",
        "older",
        "score",
        "when",
        "since",
        "until",
    )  # folded away on screen

    def answers(self) -> dict[str, str]:
        """What narrows the list, field to value as the toolbar sends it: what a saved view keeps."""
        self.is_valid()
        kept = {}
        for name, value in self.cleaned_data.items():
            plain = str(value.pk) if isinstance(value, Model) else str(value or "").strip()
            if plain:
                kept[name] = plain
        return kept

    def as_query(self) -> str:
        """The toolbar's answers as the end of an address."""
        return urlencode({name: self[name].value() for name in self.fields if self[name].value()})

    def rare_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.RARE]

    def narrows_rarely(self) -> bool:
        """Whether a folded field is set, so that it must be seen."""
        return any(self[name].value() for name in self.RARE)

    def filters(self, **fixed: Any) -> Filters:
        self.is_valid()
        answers = self.cleaned_data
        hours, score = answers.get("older", ""), answers.get("score", "")
        checkable = answers.get("checkable", "")
        values = {
            "state": answers.get("state", ""),
            "outlet": answers.get("outlet"),
            "speaker": answers.get("speaker", "").strip(),
            "form": answers.get("form", ""),
            "veracity": answers.get("veracity", ""),
            "edited": answers.get("edited", ""),
            "due": answers.get("due", ""),
            "checkable": {"yes": True, "no": False}.get(checkable),
            "words": answers.get("q", "").strip(),
            "tag": answers.get("tag"),
            "mine": answers.get("mine", ""),
            "when": answers.get("when", ""),
            "since": answers.get("since"),
            "until": answers.get("until"),
            "older_than": timedelta(hours=int(hours)) if hours else None,
            "score": float(score) if score else None,
        }
        return Filters(**(values | fixed))


class ArticleFilterForm(forms.Form):
    title = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "search", "data-key": "/"}))
    outlet = forms.ModelChoiceField(Outlet.objects.all(), required=False, empty_label="Any outlet")


class PlaceForm(forms.Form):
    """Where a lost claim's words are now: the words as they stand in the text, or one of the places offered for them."""

    quote = forms.CharField(
        required=False,
        label="Its words in the text as it is now",
        help_text="Mark them in the text, or copy them from it.",
        widget=forms.Textarea(attrs={"rows": 3, "data-takes-selection": "text"}),
    )
    place = forms.RegexField(r"^\d{1,9}-\d{1,9}$", required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors and not answers.get("quote", "").strip() and not answers.get("place"):
            self.add_error("quote", "Give the words as they stand in the text.")
        return answers

    def place_given(self) -> dict[str, Any]:
        """As the service takes it."""
        start, _, end = self.cleaned_data["place"].partition("-")
        if end:
            return {"start": int(start), "end": int(end)}
        return {"quote": self.cleaned_data["quote"]}


class VersionedForm(forms.Form):
    """A write to a claim's case: `version` is the one the page was made from, so that nobody's work is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def on_top_of(self, version: int) -> Self:
        """The same answers, now made from `version`: sending the form again puts them on top of it."""
        return self._with({**dict(self.data.items()), "version": version})

    def _with(self, data: dict[str, Any]) -> Self:
        return type(self)(data, auto_id=self.auto_id)


class JudgementForm(VersionedForm):
    """Both questions about a claim in one form; one of them is enough."""

    attribution = forms.ChoiceField(
        required=False, choices=lambda: verdict_choices(AttributionVerdict), widget=forms.RadioSelect
    )
    attribution_rationale = forms.CharField(
        required=False, strip=True, label="Why", widget=forms.Textarea(attrs={"rows": 2})
    )
    veracity = forms.ChoiceField(
        required=False, choices=lambda: verdict_choices(Veracity), widget=forms.RadioSelect
    )
    veracity_rationale = forms.CharField(
        required=False, strip=True, label="Why", widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence_exception = forms.CharField(
        required=False,
        max_length=500,
        label="Why less evidence will do",
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    @property
    def submitting(self) -> bool:
        return self.data.get("action", "save") != "save"

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for question in ("attribution", "veracity"):
            if (
                answers.get(f"{question}_rationale")
                and not answers.get(question)
                and question not in self.errors
            ):
                self.add_error(question, "Choose the verdict that this explains.")
        if (
            not self.submitting
            and not self.errors
            and not (answers.get("attribution") or answers.get("veracity"))
        ):
            self.add_error(None, "Choose at least one verdict.")
        return answers

    def judgements(self, *, appearance_id: int) -> list[Judgement]:
        answers = self.cleaned_data
        given = []
        if answers["attribution"]:
            given.append(Judgement(answers["attribution"], answers["attribution_rationale"], appearance_id))
        if answers["veracity"]:
            given.append(Judgement(answers["veracity"], answers["veracity_rationale"]))
        return given


class ClaimNumberField(forms.IntegerField):
    """A claim's number as the pages write it: with its # or without."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(value.strip().removeprefix("#") if isinstance(value, str) else value)


class DuplicateForm(VersionedForm):
    duplicate_of = ClaimNumberField(
        label="Of claim number",
        help_text="The number after # at the top of its page.",
        min_value=1,
        max_value=10**LONGEST_KEY - 1,
        error_messages={"required": "Give the number of the claim that says the same."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class ReasonForm(VersionedForm):
    """A move that has to say why."""

    reason = forms.CharField(
        label="Why",
        max_length=2000,
        error_messages={"required": "Say why: the reason is kept with the claim."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HoldForm(ReasonForm):
    until = forms.DateField(
        required=False,
        label="Until",
        help_text="It comes back by itself on that day; without one, when somebody takes it off hold.",
        widget=day_input(),
    )


class CorrectionNoteForm(ReasonForm):
    reason = forms.CharField(
        label="What readers are told",
        max_length=2000,
        error_messages={"required": "Tell readers what was changed, in a sentence."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RetractForm(ReasonForm):
    reason = forms.CharField(
        label="What readers are told",
        max_length=2000,
        error_messages={"required": "Tell readers why it is taken back, in a sentence."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoteForm(VersionedForm):
    reason = forms.CharField(
        required=False, max_length=2000, label="Note", widget=forms.Textarea(attrs={"rows": 1})
    )


class HandOverForm(NoteForm):
    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label="To",
        error_messages={"required": "Say who gets the claim."},
    )


class DueForm(VersionedForm):
    due = forms.DateField(
        required=False,
        label="Due on",
        help_text="To the end of that day; empty: no due date.",
        widget=day_input(),
    )


class DigestForm(forms.Form):
    pace = forms.ChoiceField(
        label="How often", choices=DigestPace.choices, widget=forms.RadioSelect, initial=DigestPace.OFF
    )


class DeskForm(forms.Form):
    cross_check = forms.BooleanField(
        required=False,
        label="Cross-check every claim",
        help_text="A second reviewer judges it too, without seeing the first one's verdict.",
    )
    quorum = forms.IntegerField(label="Editors who have to approve", min_value=1, max_value=MOST["quorum"])
    min_evidence = forms.IntegerField(
        label="Pieces of evidence a verdict needs",
        min_value=0,
        max_value=MOST["min_evidence"],
        help_text="Fewer will do where the reviewer says why.",
    )
    lease_minutes = forms.IntegerField(
        label="Minutes a claim stays with whoever took it",
        min_value=1,
        max_value=MOST["lease_minutes"],
        help_text="From their last action on; then it goes back to the queue.",
    )
    auto_assign = forms.BooleanField(
        required=False,
        label="Give out queued claims",
        help_text="To those who turned “Give me work” on, whoever has least first.",
    )
    auto_assign_most = forms.IntegerField(
        label="Claims given to one person at a time",
        min_value=1,
        max_value=MOST["auto_assign_most"],
        help_text="Who has so many is given no more; anybody may take more.",
    )
    archive_evidence = forms.BooleanField(
        required=False,
        label="Have the Wayback Machine save evidence",
        help_text="Tells the Internet Archive which addresses you link. A copy is kept here in any case.",
    )


class VerdictNamesForm(forms.Form):
    """What the desk calls each verdict of both scales in one language; an empty field stands for the built-in name."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for scale in VERDICTS.values():
            for verdict in scale:
                self.fields[verdict.value] = forms.CharField(
                    required=False, label=str(verdict.label), max_length=LONGEST_LABEL
                )

    @property
    def scales(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(str(kind.label), [self[one.value] for one in scale]) for kind, scale in VERDICTS.items()]


class DismissForm(VersionedForm):
    reason = forms.ChoiceField(choices=DismissReason.choices)
    note = forms.CharField(required=False, max_length=1000)
