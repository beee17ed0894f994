import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Upper
from django.urls import reverse

from articles.models.outlet import Outlet
from articles.models.snapshot import Snapshot


class Article(models.Model):
    """A work; its texts are ArticleVersions. Title and dates here are those of the current version."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="articles")
    key = models.CharField(
        max_length=2100,
        unique=True,
        editable=False,
        help_text="What makes it this work: its canonical URL's key, or its outlet and text when it has no URL.",
    )
    url = models.TextField(blank=True)
    title = models.TextField(blank=True)
    byline = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="The instant, when the page gives one."
    )
    published_on = models.DateField(
        null=True, blank=True, help_text="The day, when that is all the page gives."
    )
    current = models.ForeignKey(
        "ArticleVersion", on_delete=models.PROTECT, null=True, editable=False, related_name="current_of"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"), name="article_title_trigram"
            ),  # search by title
        ]

    def __str__(self) -> str:
        return self.title or self.url or f"Article {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("article_detail", args=[self.pk])


class ArticleVersion(models.Model):
    """One text of an article, never changed: every span is an offset into it, in Unicode code points."""

    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, db_index=False, related_name="versions"
    )  # version_number_unique begins with it
    number = models.PositiveIntegerField(help_text="1 for the first text of the article, then 2, 3, ...")
    text = models.TextField()
    text_length = models.PositiveIntegerField(
        editable=False, help_text="In code points; kept so that span checks need not read the text."
    )
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the text in UTF-8.")
    title = models.TextField(blank=True)
    byline = models.TextField(blank=True)
    section = models.CharField(max_length=200, blank=True, default="", db_default="")
    dateline = models.CharField(max_length=200, blank=True, help_text="The place the text begins with.")
    dateline_on = models.DateField(null=True, blank=True, help_text="The day its dateline names.")
    language = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    modified_at = models.DateTimeField(null=True, blank=True, help_text="As the page says, with its zone.")
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="following",
        help_text="The text that the article had until this one came.",
    )
    words_added = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="Beside the text before."
    )
    words_removed = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="Beside the text before."
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    provenance = models.JSONField(
        default=dict, blank=True, help_text="Per field, where on the page it came from."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_unique"),
            models.UniqueConstraint(fields=["article", "sha256"], name="version_text_unique"),
            models.CheckConstraint(condition=Q(text_length__gt=0), name="version_has_text"),
            models.CheckConstraint(condition=Q(text_length=Length("text")), name="version_text_length"),
            models.CheckConstraint(condition=~Q(text__contains="\r"), name="version_newlines"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="version_by_text"),  # "have we got this text already?"
        ]
        triggers = [
            pgtrigger.ReadOnly(name="version_immutable"),
            pgtrigger.Trigger(
                name="version_follows_an_earlier_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__previous__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT FROM articles_articleversion v
                                    WHERE v.id = NEW.previous_id AND v.article_id = NEW.article_id
                                      AND v.number < NEW.number) THEN
                        RAISE check_violation USING CONSTRAINT = 'version_follows_an_earlier_one',
                            MESSAGE = 'a version follows an earlier one of the same article';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.article_id} (version {self.number})"
