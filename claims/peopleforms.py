"""What the screens of speakers, talk and replies ask for. The rules behind the answers are the services'."""

from django import forms

from claims.choices import ReplyChannel, SpeakerKind
from claims.forms import VersionedForm
from factcheck.lib.keys import LONGEST_KEY

MOST_KEY = 10**LONGEST_KEY - 1


def _number(label: str, required: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST_KEY,
        error_messages={"required": required},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


def _day(label: str, *, help_text: str = "", required: str = "") -> forms.DateField:
    """A day; it has to be given where `required` says what to do."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=bool(required),
        error_messages={"required": required},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class SpeakerFilterForm(forms.Form):
    q = forms.CharField(
        required=False, label="Name", widget=forms.TextInput(attrs={"type": "search", "data-key": "/"})
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Any kind"), *SpeakerKind.choices])


class AliasForm(forms.Form):
    name = forms.CharField(
        label="Another name", max_length=300, error_messages={"required": "Give the other name."}
    )


class RoleForm(forms.Form):
    title = forms.CharField(
        label="What they were", max_length=200, error_messages={"required": "Say what they were."}
    )
    organization = forms.CharField(label="Where", max_length=200, required=False)
    since = _day("From")
    until = _day("To", help_text="The last day; leave it open while it lasts.")


class EndRoleForm(forms.Form):
    until = _day("Last day", required="Give the last day.")


class WikidataForm(forms.Form):
    item = forms.CharField(
        required=False,
        label="Wikidata item",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "Q42"}),
    )


class MergeSpeakersForm(forms.Form):
    into = _number("Into speaker number", "Give the number of the speaker that this one is.")
    reason = forms.CharField(required=False, label="Why", max_length=500)


class ContradictionForm(forms.Form):
    claim = _number("Claim number", "Give the number of one claim: the one after # at the top of its page.")
    other = _number(
        "Contradicts claim number", "Give the number of the other claim: the one after # on its page."
    )
    note = forms.CharField(
        label="In what",
        max_length=2000,
        error_messages={"required": "Say in what they contradict each other."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CommentForm(VersionedForm):
    text = forms.CharField(
        label="Comment",
        max_length=10_000,
        error_messages={"required": "Write something first."},
        help_text="@name tells a colleague.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)  # talk is not part of the case


class AskForm(VersionedForm):
    asked = forms.CharField(label="Whom", max_length=300, error_messages={"required": "Say whom you asked."})
    channel = forms.ChoiceField(label="How", choices=ReplyChannel.choices)
    question = forms.CharField(
        required=False,
        label="What they were asked",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    deadline = _day("Answer wanted by", help_text="To the end of that day.")
    hold = forms.BooleanField(required=False, label="Put the claim on hold until then")


class AnswerForm(VersionedForm):
    answer = forms.CharField(
        label="Their answer",
        max_length=20_000,
        error_messages={"required": "Enter what they answered."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
