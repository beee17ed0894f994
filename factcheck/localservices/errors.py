"""The one error of this package."""


class LocalServiceError(RuntimeError):
    """A local service cannot run: a sentence a person can act on, and a stable snake_case code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
