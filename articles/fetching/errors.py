"""The one exception of this package."""


class FetchError(Exception):
    """An address could not be fetched.

    `code` is stable snake_case; `message` is a sentence a person can act on, naming the address but none of
    our internals; `retryable` says whether the same request may succeed later without anybody changing it.
    `status` is the HTTP status where there was one; `retry_after` the seconds the server asked us to wait.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after
