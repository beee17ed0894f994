from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from articles.models.article import Article, ArticleVersion


class Story(models.Model):
    """Near-identical articles: one wire report at many outlets. Which they are is in Placement.

    The counts are copies, kept by the services that change who belongs to it.
    """

    articles = models.PositiveIntegerField(default=0)
    outlets = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField(
        help_text="The earliest instant at which one of its articles was published, or else came in."
    )
    activity = models.BigIntegerField(
        unique=True,
        help_text="When an article last joined, in microseconds since 1970: lists are ordered and cut by it.",
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-activity"]
        verbose_name_plural = "stories"
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(articles=0) & ~Q(merged_into=F("id")),
                name="story_merged_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(outlets__lte=F("articles")), name="story_outlets_have_articles"
            ),
        ]
        indexes = [
            # The list: stories that several articles tell
            models.Index(fields=["-activity"], name="story_list", condition=Q(articles__gte=2)),
            models.Index(fields=["merged_into"], name="story_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Story {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("story_detail", args=[self.pk])


class Placement(models.Model):
    """Where an article stands among the stories, and whether its text has been placed yet: this row is the truth.

    Apart from Article, whose indexes by title every change of its row would write again.
    """

    article = models.OneToOneField(
        Article, on_delete=models.PROTECT, primary_key=True, related_name="placement"
    )
    version = models.ForeignKey(
        ArticleVersion,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The text that is placed, or is to be.",
    )
    placed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: still to be placed.")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    signature = models.BinaryField(
        null=True, help_text="MinHash of the text whose bands are in the index; none for a very short text."
    )
    story = models.ForeignKey(
        Story, on_delete=models.PROTECT, null=True, blank=True, related_name="placements", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(placed_at=None) | Q(leased_until=None), name="placement_placed_is_not_leased"
            ),
        ]
        indexes = [
            models.Index(fields=["story"], name="placement_by_story", condition=Q(story__isnull=False)),
            # What is undone, for the sweeper
            models.Index(fields=["article"], name="placement_undone", condition=Q(placed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.story or 'No story'} of article {self.article_id}"


class Band(models.Model):
    """One band of an article's signature: articles that have a key in common may tell one story.

    The largest table there is, 64 rows an article, so it has one index and no more. Without a foreign key's check, which
    would cost as much as the row; articles are never deleted.
    """

    pk = models.CompositePrimaryKey("key", "article")
    key = models.BigIntegerField(help_text="The band's place and its rows, hashed.")
    article = models.ForeignKey(
        Article, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"{self.key} of article {self.article_id}"


class Overlap(models.Model):
    """How much of two articles' texts is in the other, as counted when one of them was placed: what ties a story."""

    one = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="The older row."
    )
    other = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    one_version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    other_version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    share_of_one = models.FloatField(help_text="How much of the one's text the other has, 0 to 1.")
    share_of_other = models.FloatField(help_text="How much of the other's text the one has, 0 to 1.")
    measured_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="overlap_unique"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="overlap_in_order"),
            models.CheckConstraint(
                condition=Q(share_of_one__gte=0, share_of_one__lte=1)
                & Q(share_of_other__gte=0, share_of_other__lte=1),
                name="overlap_share_range",
            ),
        ]

    def __str__(self) -> str:
        return f"Articles {self.one_id} and {self.other_id}"


class Separation(models.Model):
    """Somebody said that an article does not belong to a story: it is not put back by machine."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="separations")
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="separations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "story"], name="separation_unique")]

    def __str__(self) -> str:
        return f"Article {self.article_id} is not of story {self.story_id}"
