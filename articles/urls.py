from django.urls import path

from articles import mappingviews, views

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_create, name="import_create"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:job_pk>/files/<int:pk>/", mappingviews.container_mapping, name="container_mapping"),
    path("imports/<int:pk>/retry/", views.import_retry, name="import_retry"),
]
