from typing import Any

from django.dispatch import receiver

from articles.models import ArticleVersion
from articles.signals import claims_wanted, version_recorded
from claims.services import extracting


@receiver(version_recorded, dispatch_uid="extract what was recorded")
def extract_what_was_recorded(*, version: ArticleVersion, wants_claims: bool = True, **_: Any) -> None:
    if wants_claims:
        extracting.request_extraction(version=version)


@receiver(claims_wanted, dispatch_uid="extract what nobody wanted extracted before")
def extract_what_was_never_read(*, version: ArticleVersion, **_: Any) -> None:
    extracting.request_first_extraction(version=version)
