"""Addresses of reports."""

from django.urls import include, path

urlpatterns = [
    path("", include("reports.progress.urls")),
    path("", include("reports.people.urls")),
    path("", include("reports.missed.urls")),
    path("", include("reports.on_behalf.urls")),
    path("", include("reports.listed.urls")),
    path("", include("reports.elsewhere.urls")),
    path("", include("reports.rankings.urls")),
    path("", include("reports.appraisal.urls")),
    path("", include("reports.follow_up.urls")),
    path("", include("reports.finance.urls")),
    path("", include("reports.books_urls")),
]
