from django.urls import path

from claims.views import articles, desk, editing, evidence, lists, proposals, stories, versions, workbench

urlpatterns = [
    path("queue/", lists.queue, name="queue"),
    path("queue/next/", lists.take_next, name="take_next"),
    path("claims/", lists.claim_list, name="claim_list"),
    path("review/<int:claim_id>/", workbench.review, name="review"),
    path("review/<int:claim_id>/take/", workbench.take, name="review_take"),
    path("review/<int:claim_id>/release/", workbench.release, name="review_release"),
    path("review/<int:claim_id>/queue/", workbench.enqueue, name="review_enqueue"),
    path("review/<int:claim_id>/dismiss/", workbench.dismiss, name="review_dismiss"),
    path("review/<int:claim_id>/confirm/", workbench.confirm, name="review_confirm"),
    path("review/<int:claim_id>/evidence/", evidence.add_evidence, name="review_evidence"),
    path("review/<int:claim_id>/edit/", editing.edit, name="review_edit"),
    path("review/<int:claim_id>/split/", editing.split, name="review_split"),
    path("review/<int:claim_id>/merge/", editing.merge, name="review_merge"),
    path("texts/<int:version_id>/claims/add/", editing.add_claim, name="claim_add"),
    path("speakers/options/", editing.speakers, name="speaker_options"),
    path("review/<int:claim_id>/move/<slug:name>/", workbench.move, name="review_move"),
    path(
        "review/<int:claim_id>/evidence/<int:link_id>/withdraw/",
        evidence.withdraw_evidence,
        name="review_withdraw_evidence",
    ),
    path(
        "review/<int:claim_id>/evidence/<int:link_id>/see/", evidence.see_evidence, name="review_see_evidence"
    ),
    path(
        "review/<int:claim_id>/evidence/<int:link_id>/look/",
        evidence.look_at_evidence,
        name="review_look_at_evidence",
    ),
    path("review/<int:claim_id>/hops/check/", evidence.check_hop, name="review_check_hop"),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals/<int:run_id>/", proposals.proposals, name="proposals"),
    path("proposals/<int:run_id>/<int:proposal_id>/", proposals.decide, name="proposal_decide"),
    path("desk/settings/", desk.desk_settings, name="desk_settings"),
    path("articles/", articles.article_list, name="article_list"),
    path("articles/<int:pk>/recheck/", versions.recheck, name="article_recheck"),
    path("articles/<int:pk>/versions/", versions.compare_chosen, name="compare_chosen"),
    path("articles/<int:pk>/versions/<int:old>..<int:new>/", versions.compared, name="versions_compared"),
    path("orphans/", versions.orphan_list, name="orphan_list"),
    path("orphans/<int:pk>/", versions.orphan_detail, name="orphan_detail"),
    path("articles/<int:pk>/", articles.article_detail, name="article_detail"),
    path("stories/", stories.story_list, name="story_list"),
    path("stories/<int:pk>/", stories.story_detail, name="story_detail"),
    path("stories/<int:pk>/take-out/<int:article_id>/", stories.story_take_out, name="story_take_out"),
    path("stories/<int:pk>/put-back/<int:article_id>/", stories.story_put_back, name="story_put_back"),
]
