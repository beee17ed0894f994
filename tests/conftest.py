import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Passwords cost what they cost on purpose; tests make hundreds of accounts. Their pages change within seconds."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.IMPORT_FRESH_MINUTES = 0
    settings.API_RATE_KEY = settings.API_RATE_USER = settings.API_RATE_ANONYMOUS = (
        0  # they ask as fast as they can
    )
