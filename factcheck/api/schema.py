"""How the OpenAPI document is made: what the generator cannot see by itself is added here."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter

from factcheck.api.answering import IDEMPOTENCY_KEY, MOST_CHARACTERS, REPLAYED
from factcheck.api.picking import FIELDS, SPARSE_SCHEMA, Sparse
from factcheck.api.wire import PROBLEM

Document = dict[str, Any]

DESCRIPTION = """\
Articles, the claims they make, who made each and through whom, and what the desk decided.

**Signing in.** Send `Authorization: Bearer …` with a key (made on your page *Account*, or by an admin with `manage.py make_key
USERNAME`), or use the session of the browser you are logged in with. What you may do follows from your role at the desk, what
a key may from its scopes as well.

**How often.** Each answer says what is left of your limit a minute: `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` (in
seconds). Past it the answer is 429 with `Retry-After`.

**Lists** are pages, newest first, without totals: follow `next` until it is null.

**Offsets** count Unicode code points from 0, end-exclusive, into the text of one immutable version. In JavaScript,
whose strings count UTF-16 units, cut `[...text].slice(start, end)`.

**Writes** to a claim name the version they started from, as `expected_version` or as `If-Match`. When somebody else
was quicker the answer is 409 (or 412 for `If-Match`) with `current`, the claim as it stands, and `changes`, what
happened in between. Nothing has been written then: compare, and send it again.

**Less, or more at once.** `fields=id,text` leaves the other fields out; `include=` brings along what belongs to the rows of a list.

**Sent twice, done once.** A POST with an `Idempotency-Key` of your own can be sent again for 24 hours: it is carried out once, and
answered as it was the first time, with `Idempotency-Replayed: true`.

**What cannot be written** is refused: a field that is not among those of the request is an error, so that a misspelt one never looks
like one that was left out.

**Errors** are `application/problem+json`: `code` is stable, `detail` is a sentence for people, `errors` says which
fields are wrong.
"""

TAGS = [
    {"name": "claims", "description": "The propositions the desk judges, and the desk's work on them."},
    {"name": "reviews", "description": "Judgements. They are superseded, never edited."},
    {
        "name": "appearances",
        "description": "Where a claim stands: its spans, its form, and its chain of hops.",
    },
    {
        "name": "proposals",
        "description": "What a newer extractor would have otherwise. Nothing changes until somebody accepts it.",
    },
    {
        "name": "orphans",
        "description": "Claims whose words are nowhere in a later text of their article.",
    },
    {"name": "articles", "description": "Works and their immutable texts."},
    {
        "name": "stories",
        "description": "Articles that tell the same in the same words, and how they overlap.",
    },
    {
        "name": "fact-checks",
        "description": "What is published about a claim, in drafts and in editions that never change.",
    },
    {"name": "speakers", "description": "Who said it."},
    {"name": "outlets", "description": "Who publishes."},
    {"name": "snapshots", "description": "What was fetched or uploaded, as it came."},
    {"name": "imports", "description": "Bringing articles in, in the background."},
    {"name": "prior checks", "description": "What other desks checked, as their ClaimReview says."},
    {"name": "exports", "description": "Files of the desk's work, made in the background."},
    {"name": "feeds", "description": "Feeds and sitemaps that are polled; what is new in one is imported."},
    {"name": "inbox", "description": "What concerns you: handed over, sent back, mentioned, due."},
    {"name": "tags", "description": "What the desk calls its topics."},
    {
        "name": "views",
        "description": "Filters of the claims that somebody named, for themselves or for the desk.",
    },
    {"name": "stats", "description": "The numbers of the dashboards, right to the last commit."},
    {"name": "desk", "description": "How the desk works."},
    {"name": "webhooks", "description": "What other programs are told by themselves."},
    {"name": "keys", "description": "What programs sign in with."},
    {"name": "me", "description": "The account behind the request."},
]

_PROBLEM_SCHEMA: Document = {
    "type": "object",
    "description": "An error, as RFC 9457 has it.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: for programs.", "examples": ["stale"]},
        "detail": {"type": "string", "description": "A sentence that a person can act on."},
        "errors": {
            "type": "array",
            "description": "With code `invalid`: what is wrong with which field of the body or the query.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "examples": ["judgements.0.verdict"]},
                    "code": {"type": "string", "examples": ["invalid_choice"]},
                    "detail": {"type": "string"},
                },
            },
        },
        "current": {"type": "object", "description": "With code `stale`: the claim as it stands now."},
        "changes": {
            "type": "array",
            "description": "With code `stale`: what happened since the version that was named.",
            "items": {"type": "object"},
        },
    },
}

# Status, when it is the answer, and an example's code and detail.
_PROBLEMS = {
    "400": ("The request is not valid.", "invalid", "verdict: This field is required."),
    "401": (
        "Nobody is signed in.",
        "not_authenticated",
        "Sign in, or send a key as “Authorization: Bearer …”: make one on your account’s page, or have an admin make it.",
    ),
    "403": (
        "Your role does not allow it.",
        "role_required",
        "Only a reviewer or above may judge claims: ask an admin for that role.",
    ),
    "404": (
        "There is no such thing.",
        "claim_not_found",
        "There is no claim 7: check the number, or look for it in the list.",
    ),
    "406": ("Only JSON is on offer.", "not_acceptable", "Could not satisfy the request Accept header."),
    "409": (
        "Somebody else was quicker: `stale`, `taken` by another reviewer, or decided already; or `judged`.",
        "stale",
        "Somebody changed this claim while you were working on it.",
    ),
    "411": (
        "The body comes in chunks.",
        "length_required",
        "Send the body with its Content-Length, not in chunks.",
    ),
    "412": (
        "The version named by If-Match is not the current one.",
        "stale",
        "Somebody changed this claim while you were working on it.",
    ),
    "413": ("The body is too large.", "too_large", "The request is larger than this site accepts."),
    "415": (
        "The body is of a type that is not read here.",
        "unsupported_media_type",
        "Unsupported media type.",
    ),
    "422": (
        "The Idempotency-Key was used for another request.",
        "idempotency_key_reused",
        "This Idempotency-Key was sent before with another request: take a new key for each.",
    ),
    "429": (
        "Asked too often.",
        "too_many_requests",
        "You have asked too often: go on in 12 s, as Retry-After says.",
    ),
    "428": (
        "The write does not say which version it started from.",
        "version_required",
        "Say which version of the claim you started from.",
    ),
}
_ALWAYS = ("401", "403", "406", "429")
_REPEATABLE = ("400", "422")  # what comes with an Idempotency-Key
_WITH_BODY = ("400", "411", "413", "415")


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description='Instead of expected_version: the claim\'s ETag, like `"7"`.',
)


FIELDS_OF_ONE = [OpenApiParameter(FIELDS, str, description="Only these fields, by name, parted by commas.")]


def problems(*statuses: str) -> Document:
    """For `extend_schema(extensions=...)`: errors that this operation can answer with besides the usual ones."""
    return {"x-problems": statuses}


STALE = problems("400", "409", "412", "428")


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "factcheck.api.access.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> Document:
        return {"type": "http", "scheme": "bearer"}


def complete_document(result: Document, generator: Any, request: Any, public: bool) -> Document:
    """Adds the introduction, and to each operation the errors it can answer with; it names further ones as `x-problems`."""
    result["info"]["description"], result["tags"] = DESCRIPTION, TAGS
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("Null", None)
    schemas["Problem"], schemas["Sparse"] = _PROBLEM_SCHEMA, SPARSE_SCHEMA
    components["responses"] = {_name(status): _response(status) for status in _PROBLEMS}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            if method == "post":
                _tell_of_keys(operation)
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            if FIELDS in names and "cursor" not in names:  # of lists, the rows are
                _tell_of_sparse(responses["200"])
            for status, response in responses.items():
                response["description"] = response["description"] or HTTPStatus(int(status)).phrase
            for status in _problems_of(path, method, operation):
                responses[status] = {"$ref": f"#/components/responses/{_name(status)}"}
    _close(result)
    return _with_plain_null(result)


def _tell_of_keys(operation: Document) -> None:
    """Any POST may come with an Idempotency-Key."""
    operation.setdefault("parameters", []).append(
        {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "description": "A text of your own, new for each thing you want done. Sent again under it within 24 hours, the same "
            "request does nothing and is answered as the first time.",
            "schema": {"type": "string", "maxLength": MOST_CHARACTERS},
        }
    )
    told = {"description": "`true`: it had been carried out before.", "schema": {"type": "string"}}
    for response in operation["responses"].values():
        response.setdefault("headers", {})[REPLAYED] = told


def _tell_of_sparse(response: Document) -> None:
    for content in response["content"].values():
        content["schema"] = {"anyOf": [content["schema"], Sparse]}


def _close(document: Document) -> None:
    """Of what is sent, only the fields that are described may be there."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Request") and "properties" in schema:
            schema["additionalProperties"] = False


def _problems_of(path: str, method: str, operation: Document) -> list[str]:
    statuses = {*_ALWAYS, *operation.pop("x-problems", ())}
    if "{" in path:
        statuses.add("404")
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        statuses.add("400")
    if method == "post":
        statuses.update(_REPEATABLE)
    if "requestBody" in operation:
        statuses.update(_WITH_BODY)
    return sorted(statuses)


def _with_plain_null(node: Any) -> Any:
    """The generator's enum whose only value is null, said in the words of OpenAPI 3.1."""
    if isinstance(node, list):
        return [_with_plain_null(item) for item in node]
    if isinstance(node, dict):
        if node.get("$ref") == "#/components/schemas/Null":
            return {"type": "null"}
        return {name: _with_plain_null(value) for name, value in node.items()}
    return node


def _name(status: str) -> str:
    return f"Problem{status}"


def _response(status: str) -> Document:
    when, code, detail = _PROBLEMS[status]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
    }
    return {
        "description": when,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
