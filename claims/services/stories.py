"""What people say about which articles are one story. The stories themselves are `articles.services.stories`."""

from django.db import transaction

from articles.models import Story
from articles.services.stories import return_article, separate_article
from claims import permissions
from claims.services.audit import record_event
from factcheck.models import User


@transaction.atomic
def take_out_of_story(*, by: User, article_id: int, story_id: int, reason: str = "") -> Story:
    """Says that an article is not the same story: it is not put back by machine. Raises Refused, Missing `not_in_story`."""
    permissions.require(by, "sort_stories")
    story = separate_article(by=by, article_id=article_id, story_id=story_id)
    record_event(
        by=by, verb="take_out_of_story", target=story, before={"article": article_id}, reason=reason.strip()
    )
    return story


@transaction.atomic
def put_back_into_story(*, by: User, article_id: int, story_id: int) -> Story:
    """Undoes `take_out_of_story`. Raises Refused, Missing `not_taken_out`, Conflict `in_another_story`."""
    permissions.require(by, "sort_stories")
    story = return_article(article_id=article_id, story_id=story_id)
    record_event(by=by, verb="put_back_into_story", target=story, after={"article": article_id})
    return story
