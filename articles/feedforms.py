"""What the feed screens ask for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from articles.forms import OUTLETS_OFFERED, read_addresses
from articles.models import Feed, Outlet
from articles.models.feed import MOST_FIRST_ENTRIES

INTERVALS = {
    5: "every 5 minutes",
    10: "every 10 minutes",
    15: "every 15 minutes",
    30: "every 30 minutes",
    60: "every hour",
    120: "every 2 hours",
    360: "every 6 hours",
    720: "every 12 hours",
    1440: "once a day",
}


class IntervalField(forms.TypedChoiceField):
    """Minutes between two polls; one that was chosen by other means stays on offer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[*INTERVALS.items()],
            coerce=int,
            label="Polled",
            help_text="It becomes a little quicker while there is something new each time, slower while there is not.",
            **kwargs,
        )

    def offer(self, minutes: int) -> None:
        if minutes not in INTERVALS:
            self.choices = [*INTERVALS.items(), (minutes, f"every {minutes} minutes")]


class _FeedForm(forms.Form):
    name = forms.CharField(required=False, max_length=200, label="Name")
    outlet = forms.CharField(
        required=False,
        max_length=200,
        label="Outlet",
        help_text="Who publishes what it lists. Left empty: whose site it is.",
        widget=forms.TextInput(attrs={"list": "outlets", "autocomplete": "off"}),
    )
    interval = IntervalField()

    def outlet_names(self) -> list[str]:
        """What the outlet field offers while somebody types."""
        return list(Outlet.objects.order_by("name").values_list("name", flat=True)[:OUTLETS_OFFERED])


class NewFeedForm(_FeedForm):
    url = forms.CharField(
        max_length=2048,
        label="Address",
        help_text="Of an RSS or Atom feed or a sitemap; or of the site, to see which feeds it offers.",
        error_messages={"required": "Give the address of a feed, or of the site."},
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "placeholder": "https://",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        ),
    )
    first_entries = forms.IntegerField(
        min_value=0,
        max_value=MOST_FIRST_ENTRIES,
        label="Of what is there now, import the newest",
        help_text="The older ones are remembered as seen, and are not imported.",
    )
    site_url = forms.CharField(required=False, max_length=2048, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        started = {"interval": settings.FEED_INTERVAL_MINUTES, "first_entries": settings.FEED_FIRST_ENTRIES}
        super().__init__(data, initial=started)
        self.fields["interval"].offer(settings.FEED_INTERVAL_MINUTES)  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        return next(iter(read_addresses([self.cleaned_data["url"]])), "")


class ChangeFeedForm(_FeedForm):
    def __init__(self, feed: Feed, data: Mapping[str, Any] | None = None) -> None:
        now = {"name": feed.name, "outlet": feed.outlet.name, "interval": feed.interval}
        super().__init__(data, initial=now)
        self.fields["interval"].offer(feed.interval)  # type: ignore[attr-defined]
        for name, message in (
            ("name", "Give the feed a name."),
            ("outlet", "Say who publishes what it lists."),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message
        self.fields["outlet"].help_text = "Who publishes what it lists; for what is imported from now on."
