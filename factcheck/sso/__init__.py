"""Single sign-on by OpenID Connect, and second factors: there where SSO is set and django-allauth installed."""
