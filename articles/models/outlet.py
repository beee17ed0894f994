from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper


class Outlet(models.Model):
    """Who publishes: a newspaper, a site, a broadcaster, a news agency."""

    class NamedBy(models.TextChoices):
        GIVEN = "given", "Given"
        PAGE = "page", "What its pages call themselves"
        HOST = "host", "Its site's address"

    name = models.CharField(max_length=200)
    domain = models.CharField(
        max_length=253,
        blank=True,
        help_text="The site's host name without www., used to recognise its pages.",
    )
    named_by = models.CharField(
        max_length=10,
        choices=NamedBy,
        default=NamedBy.GIVEN,
        db_default=NamedBy.GIVEN,
        editable=False,
        help_text="Where the name is from: one that nobody gave may become better while the outlet is new.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="outlet_name_unique",
                violation_error_message="There is an outlet of this name already.",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(domain=""),
                name="outlet_domain_unique",
                violation_error_message="This domain belongs to another outlet already.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="outlet_has_name"),
            models.CheckConstraint(
                condition=Q(named_by__in=["given", "page", "host"]), name="outlet_named_by"
            ),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="outlet_domain_lower_case"),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="outlet_name_trigram"),  # typeahead
        ]

    def __str__(self) -> str:
        return self.name
