from django.urls import path, register_converter

from articles import snapshotviews, views

register_converter(snapshotviews.Sha256, "sha256")

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_create, name="import_create"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import_retry"),
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
