from factcheck.models.answered import AnsweredRequest
from factcheck.models.key import Key
from factcheck.models.session import BrowserSession
from factcheck.models.user import User

__all__ = ["AnsweredRequest", "BrowserSession", "Key", "User"]
