"""The pages of the dashboards, one module each: what they read, and what they say about it.

Every page is a Board of Charts (claims.dashboards.figures): screen, CSV and API show the same numbers because they are given the
same Board. Nothing here counts or groups claims: what a page costs does not grow with them. Days and months are UTC, as in
claims.tallying.
"""
