"""What the screen of a new export asks for."""

from typing import Any

from django import forms

from claims.choices import ExportFormat, ExportSubject
from claims.forms import ClaimFilterForm
from claims.models import SavedView
from claims.services.exportkinds import KINDS
from claims.services.viewing import views_for
from factcheck.lib.keys import LONGEST_KEY
from factcheck.models import User


def _number(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10**LONGEST_KEY - 1,
        label=label,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class ExportForm(ClaimFilterForm):
    """What to export, as what, and which claims: those of a saved view, or what the toolbar's fields leave."""

    subject = forms.ChoiceField(
        label="What",
        choices=lambda: [(value, ExportSubject(value).label) for value in KINDS],
        initial=ExportSubject.CLAIMS,
    )
    format = forms.ChoiceField(
        label="As", choices=ExportFormat.choices, widget=forms.RadioSelect, initial=ExportFormat.CSV
    )
    bom = forms.BooleanField(
        required=False,
        label="For a spreadsheet",
        help_text="A CSV then begins with a byte order mark, by which spreadsheets know UTF-8.",
    )
    article = _number("Article", "Its number, as its address has it.")
    story = _number("Story", "Its number, as its address has it.")
    view = forms.ModelChoiceField(
        SavedView.objects.none(),
        required=False,
        label="A saved view",
        empty_label="None: as chosen below",
    )

    TOOLBAR = tuple(ClaimFilterForm.base_fields)

    def __init__(self, *args: Any, reader: User, **options: Any) -> None:
        super().__init__(*args, **options)
        views = self.fields["view"]
        assert isinstance(views, forms.ModelChoiceField)
        views.queryset = views_for(reader)

    def filter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.TOOLBAR]

    def is_narrowed(self) -> bool:
        """Whether a field of the toolbar is set, so that it must be seen."""
        return any(self[name].value() for name in self.TOOLBAR)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for subject in (ExportSubject.ARTICLE, ExportSubject.STORY):
            if given.get("subject") == subject and not given.get(subject) and subject not in self.errors:
                self.add_error(subject, f"Give the number of the {subject}.")
        return given

    def request(self) -> dict[str, Any]:
        """As the service takes it."""
        given, view = self.cleaned_data, self.cleaned_data["view"]
        return {
            "subject": given["subject"],
            "file_format": given["format"],
            "bom": given["bom"],
            "article_id": given["article"],
            "story_id": given["story"],
            "filters": view.filters
            if view
            else {name: answer for name, answer in self.answers().items() if name in self.TOOLBAR},
        }
