from typing import Any

from django.dispatch import receiver

from articles.models import ArticleVersion, Story
from articles.signals import claims_wanted, stories_merged, versions_recorded
from claims.services import extracting
from claims.services.audit import record_event
from claims.services.outbox import tell_of_versions


@receiver(versions_recorded, dispatch_uid="extract what was recorded")
def extract_what_was_recorded(*, versions: list[ArticleVersion], wants_claims: bool = True, **_: Any) -> None:
    tell_of_versions(versions)
    if wants_claims:
        for version in versions:
            extracting.request_extraction(version=version, is_new=True)


@receiver(claims_wanted, dispatch_uid="extract what nobody wanted extracted before")
def extract_what_was_never_read(*, version: ArticleVersion, **_: Any) -> None:
    extracting.request_first_extraction(version=version)


@receiver(stories_merged, dispatch_uid="audit what was merged")
def audit_what_was_merged(*, story: Story, merged: Story, **_: Any) -> None:
    record_event(by=None, verb="merge_stories", target=merged, after={"merged_into": story.pk})
