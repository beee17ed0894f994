from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from factcheck.api.errors import api_not_found

LOGGING_IN = (
    "factcheck.sso.urls"
    if settings.SSO
    else [
        path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
        path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    ]
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("", include("articles.urls")),
    path("api/", include("factcheck.api_urls")),  # before the many of the screens, which would be tried first
    re_path(r"^api/", api_not_found),
    path("", include("claims.urls")),
    path("", include("factcheck.accounts.urls")),
    path("", include("claims.publicurls")),
    path("", include(LOGGING_IN)),
    path("admin/", admin.site.urls),
]
