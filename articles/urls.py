from django.urls import path

from articles import feedviews, views

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_create, name="import_create"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import_retry"),
    path("feeds/", feedviews.feed_list, name="feed_list"),
    path("feeds/new/", feedviews.feed_create, name="feed_create"),
    path("feeds/<int:pk>/", feedviews.feed_detail, name="feed_detail"),
    path("feeds/<int:pk>/change/", feedviews.feed_change, name="feed_change"),
    path("feeds/<int:pk>/poll/", feedviews.feed_poll, name="feed_poll"),
    path("feeds/<int:pk>/pause/", feedviews.feed_pause, name="feed_pause"),
    path("feeds/<int:pk>/resume/", feedviews.feed_resume, name="feed_resume"),
    path("feeds/<int:pk>/delete/", feedviews.feed_delete, name="feed_delete"),
]
