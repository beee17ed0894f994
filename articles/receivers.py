from typing import Any

from django.dispatch import receiver

from articles.models import ArticleVersion
from articles.services import placing
from articles.signals import versions_recorded


@receiver(versions_recorded, dispatch_uid="place what was recorded")
def place_what_was_recorded(*, versions: list[ArticleVersion], **_: Any) -> None:
    placing.request_placements(versions=versions)
