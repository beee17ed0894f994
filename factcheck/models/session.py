from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models


class BrowserSession(models.Model):
    """A browser that is logged in, as its owner sees it. It goes with Django's session, whose key nobody is shown."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="browser", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browser_sessions"
    )
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True, help_text="What the browser calls itself.")
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(help_text="To some minutes.")

    class Meta:
        ordering = ["-seen_at"]
        verbose_name = "session"

    def __str__(self) -> str:
        return f"{self.device} of {self.user}"

    @property
    def device(self) -> str:
        """The browser and its system, as far as they say: "Firefox on Linux"."""
        browser = next((name for mark, name in _BROWSERS if mark in self.agent), "")
        system = next((name for mark, name in _SYSTEMS if mark in self.agent), "")
        if not browser:
            return self.agent[:40] or "Unknown browser"
        return f"{browser} on {system}" if system else browser


# In this order: most browsers name others too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
