"""Forms of the desk's vocabulary, of saved views, and of acts on many claims at once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from claims.choices import DismissReason
from claims.forms import VersionedForm
from claims.models.savedview import VIEW_CHARACTERS
from claims.models.tag import TAG_CHARACTERS
from claims.services.bulk import Row
from factcheck.lib.keys import read_key
from factcheck.lib.roles import Role
from factcheck.models import User


def takers() -> Any:
    """Members of the desk to whom claims can go."""
    roles = [Role.REVIEWER, Role.EDITOR, Role.ADMIN]
    may = Q(groups__name__in=roles) | Q(is_superuser=True)
    return User.objects.filter(may, is_active=True).distinct().order_by("username")


def tag_input(**more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": "tags", "autocomplete": "off", **more})


class TagForm(VersionedForm):
    """One tag to put on a claim."""

    tag = forms.CharField(
        label="Add a tag",
        max_length=TAG_CHARACTERS,
        error_messages={"required": "Name the tag."},
        widget=tag_input(),
    )


class TagNameForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=TAG_CHARACTERS, error_messages={"required": "Give the tag a name."}
    )


class TagMergeForm(forms.Form):
    into = forms.CharField(
        label="Into",
        max_length=TAG_CHARACTERS,
        error_messages={"required": "Name the tag that it is one with."},
        widget=tag_input(),
    )


class ViewForm(forms.Form):
    """A name for a filter."""

    name = forms.CharField(
        label="Name", max_length=VIEW_CHARACTERS, error_messages={"required": "Give the view a name."}
    )
    shared = forms.BooleanField(required=False, label="For the whole desk")


class BulkForm(forms.Form):
    """One act on the selected claims, and what it asks for."""

    act = forms.ChoiceField(
        label="With the selected",
        choices=[
            ("assign", "Assign to"),
            ("dismiss", "Dismiss as"),
            ("tag", "Add tags"),
            ("untag", "Take off tags"),
        ],
    )
    to = forms.ModelChoiceField(takers(), required=False, label="To", empty_label="Choose somebody")
    reason = forms.ChoiceField(
        required=False, label="Reason", choices=[("", "Choose a reason"), *DismissReason.choices]
    )
    tags = forms.CharField(
        required=False, label="Tags", help_text="Several with a comma between them.", widget=tag_input()
    )
    note = forms.CharField(required=False, label="Note", max_length=1000)

    ASKS = {
        "assign": ("to", "Say who gets the claims."),
        "dismiss": ("reason", "Say why they are dismissed."),
        "tag": ("tags", "Name at least one tag."),
        "untag": ("tags", "Name at least one tag."),
    }

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        name, sentence = self.ASKS.get(answers.get("act", ""), ("", ""))
        answers["tags"] = [part.strip() for part in answers.get("tags", "").split(",") if part.strip()]
        if name and name not in self.errors and not answers.get(name):
            self.add_error(name, sentence)
        return answers

    def given(self) -> dict[str, Any]:
        """What the act's service takes."""
        answers = self.cleaned_data
        name, _ = self.ASKS[answers["act"]]
        given = {name: answers[name]}
        return given if name == "tags" else {**given, "note": answers["note"]}


def rows_given(values: Iterable[str]) -> list[Row]:
    """Claims as checkboxes name them, `claim.version`; what is no such thing is left out."""
    rows = []
    for value in values:
        claim, _, version = (read_key(part) for part in value.partition("."))
        if claim is not None and version is not None:
            rows.append(Row(claim, version))
    return rows
