from typing import Any

from django.dispatch import receiver

from articles.models import ArticleVersion
from articles.signals import version_recorded
from claims.services import extracting


@receiver(version_recorded, dispatch_uid="extract what was recorded")
def extract_what_was_recorded(*, version: ArticleVersion, **_: Any) -> None:
    extracting.request_extraction(version=version)
