from django.urls import path

from factcheck.accounts import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/password/", views.password, name="account_password"),
    path("account/keys/", views.make_key, name="key_make"),
    path("account/keys/<int:pk>/revoke/", views.revoke_key, name="key_revoke"),
    path("account/sessions/end/", views.end_other_sessions, name="sessions_end_others"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="session_end"),
]
