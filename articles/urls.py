from django.urls import path, register_converter

from articles import feedviews, mappingviews, snapshotviews, views

register_converter(snapshotviews.Sha256, "sha256")

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_create, name="import_create"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:job_pk>/files/<int:pk>/", mappingviews.container_mapping, name="container_mapping"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import_retry"),
    path("feeds/", feedviews.feed_list, name="feed_list"),
    path("feeds/new/", feedviews.feed_create, name="feed_create"),
    path("feeds/<int:pk>/", feedviews.feed_detail, name="feed_detail"),
    path("feeds/<int:pk>/change/", feedviews.feed_change, name="feed_change"),
    path("feeds/<int:pk>/poll/", feedviews.feed_poll, name="feed_poll"),
    path("feeds/<int:pk>/pause/", feedviews.feed_pause, name="feed_pause"),
    path("feeds/<int:pk>/resume/", feedviews.feed_resume, name="feed_resume"),
    path("feeds/<int:pk>/delete/", feedviews.feed_delete, name="feed_delete"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/report.csv", views.import_report, {"form": "csv"}, name="import_report_csv"),
    path("imports/<int:pk>/report.json", views.import_report, {"form": "json"}, name="import_report_json"),
    path("imports/<int:pk>/import.warc.gz", snapshotviews.import_warc, name="import_warc"),
    path("articles/<int:pk>/article.warc.gz", snapshotviews.article_warc, name="article_warc"),
    path("snapshots/<sha256:digest>/", snapshotviews.snapshot_detail, name="snapshot_detail"),
    path("snapshots/<sha256:digest>/view/", snapshotviews.snapshot_view, name="snapshot_view"),
    path("snapshots/<sha256:digest>/download/", snapshotviews.snapshot_download, name="snapshot_download"),
    path("snapshots/<sha256:digest>/snapshot.warc.gz", snapshotviews.snapshot_warc, name="snapshot_warc"),
]
