"""What the screen asks about a table: what its columns are, and how it is written."""

from typing import Any

from django import forms

from articles.forms import outlet_field
from articles.parsing.formats.columns import FIELDS, TableMapping
from articles.parsing.formats.rowdates import DAY_FIRST, MONTH_FIRST
from articles.parsing.formats.starts import TableStart
from articles.parsing.formats.tables import DELIMITERS, ENCODINGS, TableFormat

_LABELS = {
    "text": ("Text", "The whole text of the article."),
    "title": ("Title", ""),
    "url": ("Web address", "A row without a text is fetched from there."),
    "outlet": ("Outlet", "Who published it."),
    "published": ("Published", "A day, or an instant with its zone."),
    "byline": ("Author", ""),
    "language": ("Language", "A code like en; else it is told from the text."),
    "id": ("Your own number", "What your records call it."),
}
_DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODING_NAMES = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16, big-endian", "cp1252": "Western (Windows-1252)",
    "cp1251": "Cyrillic (Windows-1251)", "cp1250": "Central European (Windows-1250)", "cp1254": "Turkish (Windows-1254)",
    "koi8-r": "Cyrillic (KOI8-R)", "iso8859-9": "Turkish (ISO 8859-9)", "cp866": "Cyrillic (DOS)",
}  # fmt: skip


class MappingForm(forms.Form):
    """Each field of an article by the column it is in. `mapping` and `how` are what the answers say."""

    dates = forms.ChoiceField(
        required=False,
        label="Dates like 03/04/2026",
        choices=[
            ("", "– (there are none)"),
            (DAY_FIRST, "day first: 3 April 2026"),
            (MONTH_FIRST, "month first: March 4, 2026"),
        ],
    )
    default_outlet = outlet_field("Of every row that does not name its own.")

    def __init__(self, start: TableStart, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", "–"), *((column, column) for column in start.columns)]
        for name in FIELDS:
            label, help_text = _LABELS[name]
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=columns, required=False, label=label, help_text=help_text
            )
        self.fields["default_outlet"].label = "Outlet of the whole table"

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{name}"] for name in FIELDS]

    def mapping(self) -> TableMapping:
        columns = {name: column for name in FIELDS if (column := self.cleaned_data.get(f"column_{name}"))}
        return TableMapping(columns, self.cleaned_data.get("dates", ""))

    @staticmethod
    def initial_of(mapping: TableMapping, outlet: str) -> dict[str, str]:
        columns = {f"column_{name}": column for name, column in mapping.columns.items()}
        return {**columns, "dates": mapping.dates, "default_outlet": outlet}


class TableFormatForm(forms.Form):
    """How a table of text is written: what was found, for somebody to say better."""

    encoding = forms.ChoiceField(
        label="Characters", choices=[(name, _ENCODING_NAMES[name]) for name in ENCODINGS]
    )
    delimiter = forms.ChoiceField(
        label="Between columns", choices=[(mark, _DELIMITER_NAMES[mark]) for mark in DELIMITERS]
    )
    header = forms.ChoiceField(
        label="First row", choices=[("yes", "names the columns"), ("no", "is an article already")]
    )

    def __init__(self, found: TableFormat, data: Any = None) -> None:
        initial = {
            "encoding": found.encoding,
            "delimiter": found.delimiter,
            "header": "yes" if found.has_header else "no",
        }
        super().__init__(data, initial=initial)
        if found.encoding not in ENCODINGS:
            names = {found.encoding: found.encoding, **_ENCODING_NAMES}
            self.fields["encoding"] = forms.ChoiceField(label="Characters", choices=list(names.items()))

    def how(self) -> TableFormat:
        answers = self.cleaned_data
        return TableFormat(answers["encoding"], answers["delimiter"], answers["header"] == "yes")
