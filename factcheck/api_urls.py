"""The REST API, its OpenAPI document and its docs page."""

from django.urls import include, path

from articles.api import OutletList
from claims.api import claims, evidence, feeds, imports, moves, proposals, reading, stories, versions
from factcheck.api.docs import ApiDocs, ApiIndex, ApiSchema

v1 = [
    path("", ApiIndex.as_view(), name="api_index"),
    path("me/", reading.Me.as_view()),
    path("articles/", reading.ArticleList.as_view()),
    path("articles/<int:pk>/", reading.ArticleDetail.as_view()),
    path("articles/<int:pk>/recheck/", versions.RecheckArticle.as_view()),
    path("versions/<int:pk>/", reading.VersionDetail.as_view()),
    path(
        "versions/<int:pk>/appearances/", reading.VersionAppearances.as_view(), name="api_version_appearances"
    ),
    path("stories/", stories.StoryList.as_view()),
    path("stories/<int:pk>/", stories.StoryDetail.as_view()),
    path("outlets/", OutletList.as_view()),
    path("claims/", claims.ClaimList.as_view(), name="api_claims"),
    path("claims/next/", claims.NextClaim.as_view()),
    path("claims/<int:claim_id>/", claims.ClaimDetail.as_view()),
    path("claims/<int:claim_id>/take/", claims.TakeClaim.as_view()),
    path("claims/<int:claim_id>/release/", claims.ReleaseClaim.as_view()),
    path("claims/<int:claim_id>/queue/", claims.QueueClaim.as_view()),
    path("claims/<int:claim_id>/dismiss/", claims.DismissClaim.as_view()),
    path("claims/<int:claim_id>/confirm/", versions.ConfirmVerdict.as_view()),
    path("claims/<int:claim_id>/reviews/", claims.ClaimReviews.as_view()),
    path("claims/<int:claim_id>/cross-check/", moves.CrossCheckClaim.as_view()),
    path("claims/<int:claim_id>/transitions/", moves.Transitions.as_view()),
    path("claims/<int:claim_id>/undo/", moves.UndoMove.as_view()),
    path("claims/<int:claim_id>/hand-over/", moves.HandOver.as_view()),
    path("claims/<int:claim_id>/evidence/", evidence.ClaimEvidence.as_view()),
    path("claims/<int:claim_id>/evidence/<int:link_id>/", evidence.EvidenceDetail.as_view()),
    path("claims/<int:claim_id>/evidence/<int:link_id>/see/", evidence.SeeEvidence.as_view()),
    path("claims/<int:claim_id>/evidence/<int:link_id>/look/", evidence.LookAtEvidence.as_view()),
    path("claims/<int:claim_id>/hop-checks/", evidence.ClaimHopChecks.as_view()),
    path("claims/<int:claim_id>/history/", claims.ClaimHistory.as_view()),
    path("appearances/", reading.AppearanceList.as_view()),
    path("appearances/<int:pk>/", reading.AppearanceDetail.as_view()),
    path("proposals/", proposals.ProposalList.as_view()),
    path("proposals/decide/", proposals.DecideProposals.as_view()),
    path("proposals/<int:pk>/", proposals.ProposalDetail.as_view()),
    path("proposals/<int:pk>/accept/", proposals.AcceptProposal.as_view()),
    path("proposals/<int:pk>/reject/", proposals.RejectProposal.as_view()),
    path("proposals/<int:pk>/reopen/", proposals.ReopenProposal.as_view()),
    path("orphans/", versions.OrphanList.as_view()),
    path("orphans/<int:pk>/anchor/", versions.AnchorOrphan.as_view()),
    path("orphans/<int:pk>/gone/", versions.OrphanGone.as_view()),
    path("orphans/<int:pk>/reopen/", versions.ReopenOrphan.as_view()),
    path("reviews/", reading.ReviewList.as_view()),
    path("speakers/", reading.SpeakerList.as_view()),
    path("speakers/<int:pk>/", reading.SpeakerDetail.as_view()),
    path("imports/", imports.Imports.as_view()),
    path("imports/<int:pk>/", imports.ImportDetail.as_view(), name="api_import"),
    path("imports/<int:pk>/items/", imports.ImportItems.as_view(), name="api_import_items"),
    path("imports/<int:pk>/retry/", imports.RetryImport.as_view()),
    path("feeds/", feeds.FeedList.as_view()),
    path("feeds/look/", feeds.LookAtFeed.as_view()),
    path("feeds/<int:pk>/", feeds.FeedDetail.as_view(), name="api_feed"),
    path("feeds/<int:pk>/entries/", feeds.FeedEntries.as_view(), name="api_feed_entries"),
    path("feeds/<int:pk>/poll/", feeds.PollFeed.as_view()),
    path("imports/<int:pk>/cancel/", imports.CancelImport.as_view()),
    path("imports/<int:pk>/report/", imports.ImportReport.as_view()),
]

urlpatterns = [
    path("", ApiIndex.as_view()),
    path("v1/", include(v1)),
    path("schema/", ApiSchema.as_view(), name="api_schema"),
    path("docs/", ApiDocs.as_view(), name="api_docs"),
]
