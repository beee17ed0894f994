"""Log in by the provider, or with a password and a second factor. The rest of django-allauth's pages is not there."""

from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # there is one way in

urlpatterns = [
    path("login/", account_views.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    # The same under the names that django-allauth looks for.
    path("login/", account_views.login, name="account_login"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("sso/inactive/", account_views.account_inactive, name="account_inactive"),
    path("sso/again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("sso/signup/", account_views.signup, name="account_signup"),
    path("sso/second-factor/", include("allauth.mfa.urls")),
    path("sso/connected/", include("allauth.socialaccount.urls")),
    path("sso/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
