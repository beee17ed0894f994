from factcheck.models.key import Key
from factcheck.models.session import BrowserSession
from factcheck.models.user import User

__all__ = ["BrowserSession", "Key", "User"]
