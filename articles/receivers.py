from typing import Any

from django.dispatch import receiver

from articles.models import ArticleVersion
from articles.services import placing
from articles.signals import version_recorded


@receiver(version_recorded, dispatch_uid="place what was recorded")
def place_what_was_recorded(*, version: ArticleVersion, **_: Any) -> None:
    placing.request_placement(version=version)
