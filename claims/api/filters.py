"""What lists can be narrowed to."""

from datetime import timedelta
from decimal import Decimal

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from articles.models import Article, ImportItem
from articles.parsing.urls import url_key
from claims import narrowing
from claims.choices import (
    AttributionVerdict,
    DeliveryState,
    Due,
    Edited,
    Form,
    Mine,
    NoticeKind,
    OrphanState,
    ProposalKind,
    ProposalState,
    ReviewKind,
    SpeakerKind,
    State,
    Veracity,
)
from claims.ledger import named_like
from claims.models import (
    Appearance,
    ClaimState,
    ExtractionProposal,
    Notice,
    Orphan,
    Review,
    Speaker,
    WebhookDelivery,
)
from claims.services.tagging import find_tag
from factcheck.api.filters import IdFilter, OneOfFilter, YesNoFilter
from factcheck.lib.errors import Missing

MOST_HOURS = 24 * 365 * 100


class Filters(django_filters.FilterSet):
    """Only the filters that are named: none made from a model's fields."""


class ClaimFilters(Filters):
    q = django_filters.CharFilter(
        method="with_words",
        label='Words of the claim, as in a web search: `dam -lake`, `"old dam"`, `dam or bridge`.',
    )
    state = OneOfFilter(choices=State.choices)
    veracity = OneOfFilter(choices=Veracity.choices, label="The current verdict.")
    form = OneOfFilter(choices=Form.choices)
    checkable = YesNoFilter()
    edited = OneOfFilter(choices=Edited.choices, label="Whose article changed its words after it was judged.")
    due = OneOfFilter(
        choices=Due.choices, method="when_due", label="By when the desk should be done with it."
    )
    # Through the claim: its (speaker, -id) index gives them newest first.
    speaker = IdFilter(field_name="claim__speaker_id", label="A speaker's id.")
    outlet = IdFilter(field_name="outlet_id", label="The id of the outlet where it first appeared.")
    article = IdFilter(method="in_article", label="The id of an article that it appears in.")
    mine = OneOfFilter(choices=Mine.choices, method="of_mine", label="How they concern you.")
    tag = django_filters.CharFilter(
        method="tagged", label="The name of a tag; of one that was merged, the one it went into."
    )
    min_score = django_filters.NumberFilter(
        field_name="claim__score", lookup_expr="gte", label="How worth checking, at least: 0 to 1."
    )
    older_than = django_filters.NumberFilter(
        method="in_state_for", label="Hours that they have been in their state, at least.", min_value=0
    )

    class Meta:
        model = ClaimState
        fields: list[str] = []

    def with_words(self, cases: QuerySet[ClaimState], name: str, words: str) -> QuerySet[ClaimState]:
        return narrowing.with_words(cases, words)

    def when_due(self, cases: QuerySet[ClaimState], name: str, due: str) -> QuerySet[ClaimState]:
        return narrowing.with_due(cases, due)

    def in_article(self, cases: QuerySet[ClaimState], name: str, article: int) -> QuerySet[ClaimState]:
        return cases.filter(pk__in=Appearance.objects.filter(version__article_id=article).values("claim_id"))

    def of_mine(self, cases: QuerySet[ClaimState], name: str, how: str) -> QuerySet[ClaimState]:
        return narrowing.mine(cases, how, self.request.user)

    def tagged(self, cases: QuerySet[ClaimState], name: str, tag: str) -> QuerySet[ClaimState]:
        try:
            return narrowing.with_tag(cases, find_tag(tag).pk)
        except Missing as missing:  # a misspelt one must not look like a tag without claims
            raise ValidationError({name: missing.message}, code="tag_not_found") from missing

    def in_state_for(self, cases: QuerySet[ClaimState], name: str, hours: Decimal) -> QuerySet[ClaimState]:
        since = timezone.now() - timedelta(hours=min(float(hours), MOST_HOURS))
        return cases.filter(entered_at__lt=since)


class NoticeFilters(Filters):
    unread = YesNoFilter(field_name="read_at", lookup_expr="isnull")
    kind = OneOfFilter(choices=NoticeKind.choices)

    class Meta:
        model = Notice
        fields: list[str] = []


class ReviewFilters(Filters):
    claim = IdFilter(field_name="claim_id", label="A claim's id.")
    appearance = IdFilter(field_name="appearance_id", label="An appearance's id.")
    reviewer = IdFilter(field_name="reviewer_id", label="The id of a member of the desk.")
    kind = OneOfFilter(choices=ReviewKind.choices)
    standing = YesNoFilter(
        field_name="superseded_by", lookup_expr="isnull", label="Whether it is the current judgement."
    )

    class Meta:
        model = Review
        fields: list[str] = []


class AppearanceFilters(Filters):
    claim = IdFilter(field_name="claim_id", label="A claim's id.")
    version = IdFilter(field_name="version_id", label="A version's id.")
    article = IdFilter(field_name="version__article_id", label="An article's id: all its versions.")
    speaker = IdFilter(field_name="claim__speaker_id", label="A speaker's id.")
    form = OneOfFilter(choices=Form.choices)
    attribution = OneOfFilter(choices=AttributionVerdict.choices, label="The current verdict.")

    class Meta:
        model = Appearance
        fields: list[str] = []


class ProposalFilters(Filters):
    run = IdFilter(field_name="run_id", label="The id of an extraction.")
    version = IdFilter(field_name="run__version_id", label="A version's id.")
    article = IdFilter(field_name="run__version__article_id", label="An article's id: all its versions.")
    claim = IdFilter(field_name="appearance__claim_id", label="A claim's id.")
    kind = OneOfFilter(choices=ProposalKind.choices)
    state = OneOfFilter(choices=ProposalState.choices)

    class Meta:
        model = ExtractionProposal
        fields: list[str] = []


class OrphanFilters(Filters):
    state = OneOfFilter(choices=OrphanState.choices)
    article = IdFilter(field_name="appearance__version__article_id", label="An article's id.")
    claim = IdFilter(field_name="appearance__claim_id", label="A claim's id.")

    class Meta:
        model = Orphan
        fields: list[str] = []


class SpeakerFilters(Filters):
    q = django_filters.CharFilter(method="named", label="A part of the name, or of another name of theirs.")
    kind = OneOfFilter(choices=SpeakerKind.choices)
    outlet = IdFilter(
        field_name="outlet_id", label="An outlet's id: the outlet itself and its unnamed sources."
    )

    class Meta:
        model = Speaker
        fields: list[str] = []

    def named(self, speakers: QuerySet[Speaker], name: str, words: str) -> QuerySet[Speaker]:
        return speakers & named_like(words)


class ArticleFilters(Filters):
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label="A part of the title.")
    outlet = IdFilter(field_name="outlet_id", label="An outlet's id.")
    language = django_filters.CharFilter(label="A language code, like `en`.")
    url = django_filters.CharFilter(
        method="at_address", label="The article of this web address, however it is spelt."
    )

    class Meta:
        model = Article
        fields: list[str] = []

    def at_address(self, articles: QuerySet[Article], name: str, url: str) -> QuerySet[Article]:
        return articles.filter(key=url_key(url))


class ImportItemFilters(Filters):
    state = OneOfFilter(choices=ImportItem.State.choices)
    error_code = django_filters.CharFilter(label="The code of its error, like `timed_out`.")

    class Meta:
        model = ImportItem
        fields: list[str] = []


class DeliveryFilters(Filters):
    state = OneOfFilter(choices=DeliveryState.choices, label="How it stands.")

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []
