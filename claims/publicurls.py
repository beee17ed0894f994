"""Addresses of the public site, and of what clients of Google's Fact Check Tools API ask for."""

from django.urls import path, re_path

from claims.views import googlefactcheck, public, publicdata

urlpatterns = [
    path("fact-checks/", public.fact_check_list, name="public_list"),
    path("fact-checks/corrections/", public.corrections, name="public_corrections"),
    path("fact-checks/data/", publicdata.data, name="public_data"),
    path("fact-checks/feed.atom", publicdata.atom, name="public_atom"),
    re_path(r"^fact-checks/(?P<name>[a-z-]+\.(?:json|csv))$", publicdata.dump, name="public_dump"),
    path("fact-checks/claim/<int:claim_id>/", public.claim, name="public_claim"),
    path("fact-checks/<slug:slug>/", public.fact_check, name="public_fact_check"),
    path("fact-checks/<slug:slug>/claimreview.json", public.claimreview, name="public_claimreview"),
    path("sitemap.xml", publicdata.sitemap, name="public_sitemap"),
    path("sitemap-<int:number>.xml", publicdata.sitemap_part, name="public_sitemap_part"),
    path("robots.txt", publicdata.robots, name="robots"),
    path("v1alpha1/claims:search", googlefactcheck.search, name="google_search"),
    path("v1alpha1/pages", googlefactcheck.pages, name="google_pages"),
    path("v1alpha1/pages/<str:name>", googlefactcheck.page, name="google_page"),
    re_path(r"^v1alpha1/", googlefactcheck.nothing, name="google_nothing"),
]
