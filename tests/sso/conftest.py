from tests.screens.conftest import chromium, playwright_driver  # noqa: F401 - fixtures
