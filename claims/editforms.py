"""Forms for changing what was extracted. Words are given as they stand in the text, one stretch a line."""

from typing import Any, Self

from django import forms
from django.forms import BoundField

from claims.choices import Form, HopRole, SpeakerKind
from claims.forms import ClaimNumberField, VersionedForm
from claims.models import Appearance
from claims.services.locating import lines_at, locate_lines
from claims.services.readings import Reading, as_it_stands
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import LONGEST_KEY

SPARE_HOPS = 2  # empty rows at the end of a chain, for what it lacks
MOST_HOPS = 12
ROLES = ("content", "source", "cue")


def _words(label: str, help_text: str = "", *, required: bool = False, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        strip=True,
        error_messages={"required": "A claim needs words of the text: select them."},
        widget=forms.Textarea(attrs={"rows": rows, "data-selection": ""}),
    )


class ReadingForm(VersionedForm):
    """What a claim is in its text: words, who said it, how, and through whom."""

    content = _words("Words of the claim", "As they stand in the text, one stretch a line.", required=True)
    source = _words("Who said it, in the text's words", rows=1)
    cue = _words("The words that ascribe it", rows=1)
    places = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-selection-places": ""}))
    form = forms.ChoiceField(choices=Form.choices, label="Form")
    speaker = forms.CharField(
        required=False,
        max_length=300,
        help_text="Empty: not known.",
        widget=forms.TextInput(attrs={"list": "speakers", "autocomplete": "off"}),
    )
    speaker_kind = forms.ChoiceField(choices=SpeakerKind.choices, label="Kind", required=False)
    checkable = forms.BooleanField(required=False, label="Evidence could settle it")

    def __init__(self, *args: Any, text: str, near: int = 0, hops: int = 1, **options: Any) -> None:
        super().__init__(*args, **options)
        self.text, self.near = text, near
        for row in range(min(hops + SPARE_HOPS, MOST_HOPS)):
            self.fields[f"hop_{row}_order"] = forms.IntegerField(
                required=False, label=f"Place of step {row + 1}", min_value=1, max_value=99
            )
            self.fields[f"hop_{row}_role"] = forms.ChoiceField(
                required=False, choices=HopRole.choices, label=f"Role of step {row + 1}"
            )
            self.fields[f"hop_{row}_name"] = forms.CharField(
                required=False, max_length=300, label=f"Name of step {row + 1}"
            )

    @classmethod
    def of(cls, appearance: Appearance, reading: Reading, data: Any = None, *, version: int) -> "ReadingForm":
        """The form of an appearance, filled with how it stands, or with what was typed (`data`)."""
        text, chain = appearance.version.text, reading["chain"]
        initial: dict[str, Any] = {role: lines_at(text, reading[role]) for role in ROLES}
        speaker = reading["speaker"] or {"name": "", "kind": SpeakerKind.PERSON}
        initial |= {
            "version": version,
            "form": reading["form"],
            "speaker": speaker["name"],
            "speaker_kind": speaker["kind"],
            "checkable": reading["checkable"],
        }
        for row, hop in enumerate(chain):
            initial |= {
                f"hop_{row}_order": row + 1,
                f"hop_{row}_role": hop["role"],
                f"hop_{row}_name": hop["name"],
            }
        near = reading["content"][0][0] if reading["content"] else 0
        return cls(data, initial=initial, text=text, near=near, hops=len(chain), auto_id="edit_%s")

    def _with(self, data: dict[str, Any]) -> Self:
        hops = len(self.hop_rows()) - SPARE_HOPS
        return type(self)(data, text=self.text, near=self.near, hops=hops, auto_id=self.auto_id)

    def hop_rows(self) -> list[tuple[BoundField, ...]]:
        """The bound fields of the chain, row by row: place, role, name."""
        rows = [name for name in self.fields if name.endswith("_name") and name.startswith("hop_")]
        return [
            tuple(self[f"hop_{row}_{part}"] for part in ("order", "role", "name")) for row in range(len(rows))
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for role in ROLES:
            try:
                answers[role] = locate_lines(
                    self.text, answers.get(role, ""), near=self.near, places=answers.get("places", "")
                )
            except DomainError as error:
                self.add_error(role, error.message)
        return answers

    def changes(self, reading: Reading) -> Reading:
        """What is different from how it stands; a hop that stays what it was keeps its place in the text."""
        answers = self.cleaned_data
        wanted: Reading = {role: answers[role] for role in ROLES}
        wanted["form"] = answers["form"]
        wanted["checkable"] = answers["checkable"]
        wanted["speaker"] = (
            {"kind": answers["speaker_kind"] or SpeakerKind.PERSON, "name": answers["speaker"]}
            if answers["speaker"]
            else None
        )
        known = {(hop["role"], hop["name"]): hop for hop in reading["chain"]}
        rows = [
            (
                answers.get(f"hop_{row}_order") or 99,
                # Of two steps with one place, the one that was given it comes before the one that stood there.
                f"hop_{row}_order" not in self.changed_data,
                row,
                answers[f"hop_{row}_role"],
                answers[f"hop_{row}_name"],
            )
            for row in range(len(self.hop_rows()))
            if answers.get(f"hop_{row}_name")
        ]
        wanted["chain"] = [
            known.get((role, name), {"role": role, "name": name}) for *_, role, name in sorted(rows)
        ]
        return {name: value for name, value in wanted.items() if value != reading[name]}


class SplitForm(VersionedForm):
    parts = forms.CharField(
        label="Parts",
        help_text="One a line, in the text's words. The first stays this claim.",
        error_messages={"required": "Give at least two parts, each on a line."},
        widget=forms.Textarea(attrs={"rows": 3, "data-selection": ""}),
    )


class MergeForm(VersionedForm):
    into = ClaimNumberField(
        label="Into claim number",
        help_text="The number after # at the top of its page.",
        min_value=1,
        max_value=10**LONGEST_KEY - 1,
        error_messages={"required": "Give the number of the claim that it is one with."},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class AddClaimForm(forms.Form):
    """A claim that the extractor missed: its words, and who said it."""

    content = _words("Words of the claim", "As they stand in the text, one stretch a line.", required=True)
    places = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-selection-places": ""}))
    form = forms.ChoiceField(choices=Form.choices, label="Form", initial=Form.INDIRECT)
    speaker = forms.CharField(
        required=False,
        max_length=300,
        help_text="Empty: not known.",
        widget=forms.TextInput(attrs={"list": "speakers", "autocomplete": "off"}),
    )
    speaker_kind = forms.ChoiceField(choices=SpeakerKind.choices, label="Kind", required=False)

    def __init__(self, *args: Any, text: str, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "add_%s", **options})
        self.text = text

    def reading(self) -> Reading:
        """The answers as a reading, for `add_claim`. Raises DomainError `not_in_text`."""
        answers = self.cleaned_data
        reading: Reading = {
            "content": locate_lines(self.text, answers["content"], places=answers["places"]),
            "form": answers["form"],
        }
        if answers["speaker"]:
            reading["speaker"] = {"kind": answers["speaker_kind"], "name": answers["speaker"]}
        return reading


def new_form(name: str, appearance: Appearance, version: int) -> VersionedForm:
    """The form `name` (edit, split or merge), filled with how the claim stands; `appearance` with all of its reading."""
    if name == "merge":
        return MergeForm(initial={"version": version}, auto_id="merge_%s")
    reading = as_it_stands(appearance)
    if name == "edit":
        return ReadingForm.of(appearance, reading, version=version)
    parts = lines_at(appearance.version.text, reading["content"])
    return SplitForm(initial={"version": version, "parts": parts}, auto_id="split_%s")
