"""What was published: outlets, articles, their immutable texts, and the jobs that bring them in."""

from articles.models.article import Article, ArticleVersion
from articles.models.job import ImportItem, ImportJob
from articles.models.outlet import Outlet
from articles.models.recheck import Recheck
from articles.models.snapshot import Snapshot, snapshot_storage

__all__ = [
    "Article",
    "ArticleVersion",
    "ImportItem",
    "ImportJob",
    "Outlet",
    "Recheck",
    "Snapshot",
    "snapshot_storage",
]
