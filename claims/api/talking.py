"""REST API: comments on a claim, and its log of replies."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims.api import shapes
from claims.api.claims import require_claim
from claims.api.peopleserializers import (
    CommentSerializer,
    EarlierWordsSerializer,
    GivenAnswerSerializer,
    GivenCommentEditSerializer,
    GivenCommentSerializer,
    GivenReplySerializer,
    ReplySerializer,
)
from claims.models import Comment, Reply, with_merged
from claims.services import replies, talking
from claims.talk import earlier_words
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, stated_version, validated
from factcheck.lib.errors import Missing

_COMMENT = ("claim", "thread", "text", "at", "edited_at", "deleted_at")
_REPLY = (
    "claim",
    "asked",
    "channel",
    "question",
    "asked_at",
    "deadline",
    "holds",
    "answer",
    "answered_at",
)


class Comments(ListView):
    queryset = Comment.objects.all()
    columns = ("pk", *_COMMENT, *shapes.person_columns("author"))
    picks = Picks(CommentSerializer)

    @extend_schema(
        operation_id="claims_comments_list",
        tags=["claims"],
        summary="What colleagues say about a claim, and about those merged into it, newest first",
        responses=CommentSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        return self.list(request)

    @extend_schema(
        operation_id="claims_comment",
        tags=["claims"],
        summary="Comment on a claim, or answer a comment",
        description="`@username` mentions a colleague. It is no write to the claim: its version stays.",
        request=GivenCommentSerializer,
        responses={201: CommentSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenCommentSerializer, request)
        comment = talking.add_comment(by=request.user, claim_id=claim_id, **given)
        return Response(_comment(comment.pk), status.HTTP_201_CREATED)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(with_merged(self.kwargs["claim_id"]))

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_shape(row, _COMMENT, "author") for row in rows]


class CommentDetail(ApiView):
    @extend_schema(
        operation_id="claims_comment_change",
        tags=["claims"],
        summary="Change your own comment; what it said is kept",
        request=GivenCommentEditSerializer,
        responses=CommentSerializer,
        extensions=problems("400"),
    )
    def patch(self, request: ApiRequest, claim_id: int, comment_id: int) -> Response:
        given = validated(GivenCommentEditSerializer, request)
        talking.edit_comment(by=request.user, claim_id=claim_id, comment_id=comment_id, text=given["text"])
        return Response(_comment(comment_id))

    @extend_schema(
        operation_id="claims_comment_delete",
        tags=["claims"],
        summary="Delete your own comment; what it said stays in the claim's history",
        responses={204: None},
    )
    def delete(self, request: ApiRequest, claim_id: int, comment_id: int) -> Response:
        talking.delete_comment(by=request.user, claim_id=claim_id, comment_id=comment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommentEarlier(ApiView):
    @extend_schema(
        operation_id="claims_comment_earlier",
        tags=["claims"],
        summary="What a comment said before it was changed, the latest first",
        responses=EarlierWordsSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int, comment_id: int) -> Response:
        if not Comment.objects.filter(with_merged(claim_id), pk=comment_id).exists():
            raise Missing("comment_not_found", f"Claim {claim_id} has no comment {comment_id}.")
        return Response(
            [{"text": edit.text, "until": edit.until} for edit in earlier_words(claim_id, comment_id)]
        )


class Replies(ListView):
    queryset = Reply.objects.all()
    columns = ("pk", *_REPLY, *shapes.person_columns("asked_by"), *shapes.person_columns("entered_by"))
    picks = Picks(ReplySerializer)

    @extend_schema(
        operation_id="claims_replies_list",
        tags=["claims"],
        summary="Whom the desk asked about a claim, and what they answered",
        responses=ReplySerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        return self.list(request)

    @extend_schema(
        operation_id="claims_reply_ask",
        tags=["claims"],
        summary="Enter whom you asked for a reply",
        description="With `hold`, the claim is on hold until the deadline or the answer.",
        request=GivenReplySerializer,
        responses={201: ReplySerializer},
        examples=[
            OpenApiExample(
                "By e-mail, and wait",
                {
                    "expected_version": 3,
                    "asked": "The dam board",
                    "channel": "email",
                    "question": "How much was it built for?",
                    "deadline": "2030-03-05T12:00:00Z",
                    "hold": True,
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenReplySerializer, request)
        with stated_version(request, given.pop("expected_version", None)) as version:
            reply = replies.ask_reply(by=request.user, claim_id=claim_id, expected_version=version, **given)
        return Response(self.shape([_row(self, reply.pk)])[0], status.HTTP_201_CREATED)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(with_merged(self.kwargs["claim_id"]))

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_shape(row, _REPLY, "asked_by", "entered_by") for row in rows]


class ReplyAnswer(ApiView):
    @extend_schema(
        operation_id="claims_reply_answer",
        tags=["claims"],
        summary="Enter what they answered; a claim that waited for it goes on",
        request=GivenAnswerSerializer,
        responses=ReplySerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int, reply_id: int) -> Response:
        given = validated(GivenAnswerSerializer, request)
        with stated_version(request, given.pop("expected_version", None)) as version:
            replies.enter_answer(
                by=request.user, claim_id=claim_id, reply_id=reply_id, expected_version=version, **given
            )
        return Response(_shape(_row(Replies, reply_id), _REPLY, "asked_by", "entered_by"))


def _comment(pk: int) -> shapes.Shape:
    return _shape(_row(Comments, pk), _COMMENT, "author")


def _row(view: Any, pk: int) -> shapes.Row:
    return dict(view.queryset.values(*view.columns).get(pk=pk))


def _shape(row: shapes.Row, names: tuple[str, ...], *people: str) -> shapes.Shape:
    return {
        "id": row["pk"],
        **{name: row[name] for name in names},
        **{name: shapes.person(row, name) for name in people},
    }
