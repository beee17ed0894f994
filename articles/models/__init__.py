"""What was published: outlets, articles, their immutable texts, and the jobs that bring them in."""

from articles.models.article import Article, ArticleVersion
from articles.models.container import Container
from articles.models.feed import Feed, FeedEntry
from articles.models.job import ImportItem, ImportJob
from articles.models.jobevent import ImportEvent
from articles.models.outlet import Outlet
from articles.models.recheck import Recheck
from articles.models.snapshot import Snapshot, snapshot_storage
from articles.models.story import Band, Overlap, Placement, Separation, Story

__all__ = [
    "Article",
    "ArticleVersion",
    "Band",
    "Container",
    "Feed",
    "FeedEntry",
    "ImportEvent",
    "ImportItem",
    "ImportJob",
    "Outlet",
    "Overlap",
    "Placement",
    "Recheck",
    "Separation",
    "Snapshot",
    "Story",
    "snapshot_storage",
]
