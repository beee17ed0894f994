"""Fields made without templates are those that Django's templates make, but for blanks between tags."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from factcheck.lib.formrendering import PlainRenderer

NASTY = "\"<b>'&amp;\n</textarea>"


def tight(html: object) -> str:
    return re.sub(r">\s+", ">", str(html))


class EveryField(forms.Form):
    words = forms.CharField(
        max_length=300, help_text="So.", widget=forms.TextInput(attrs={"data-x": NASTY, "list": "a"})
    )
    more = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2, "data-y": ""})
    )
    number = forms.IntegerField(min_value=1, max_value=99_999)
    share = forms.FloatField(required=False)
    day = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    at = forms.DateTimeField(required=False)
    address = forms.URLField(assume_scheme="https")
    mail = forms.EmailField(disabled=True)
    secret = forms.CharField(widget=forms.PasswordInput)
    unseen = forms.CharField(widget=forms.HiddenInput)
    yes = forms.BooleanField(required=False)
    one = forms.ChoiceField(
        choices=[("", "—"), (NASTY, NASTY), ("Group", [("a", "A"), (2, mark_safe("<i>"))])]
    )
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])
    radio = forms.ChoiceField(choices=[("a", NASTY), ("b", "B")], widget=forms.RadioSelect)
    ticks = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(required=False)
    plain_file = forms.FileField(widget=forms.FileInput)


@pytest.mark.parametrize("bound", [False, True])
@pytest.mark.parametrize("filled", [False, True])
def test_every_field_is_what_the_templates_make(bound: bool, filled: bool) -> None:
    values = dict.fromkeys(EveryField.base_fields, NASTY) if filled else {}
    if filled:
        values |= {
            "number": 12345,
            "share": 0.5,
            "yes": True,
            "several": ["b"],
            "ticks": ["a"],
            "day": date(2021, 4, 3),
        }
    given = {"data": values} if bound else {"initial": values}
    ours, theirs = (EveryField(**given, renderer=renderer()) for renderer in (PlainRenderer, DjangoTemplates))
    for name in EveryField.base_fields:
        assert tight(ours[name]) == tight(theirs[name])
    for name in ("radio", "ticks"):
        assert [radio.tag() for radio in ours[name]] == [radio.tag() for radio in theirs[name]]
        assert [tight(radio) for radio in ours[name]] == [tight(radio) for radio in theirs[name]]
