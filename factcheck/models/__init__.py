from factcheck.models.answered import AnsweredRequest
from factcheck.models.user import User

__all__ = ["AnsweredRequest", "User"]
