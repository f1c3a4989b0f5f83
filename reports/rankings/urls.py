"""Addresses of rankings."""

from django.urls import path

from reports.rankings import views

urlpatterns = [
    path("c/<slug:slug>/rankings/", views.rankings, name="rankings"),
    path("c/<slug:slug>/rankings/<int:ranking_id>/", views.ranking, name="ranking"),
    path(
        "c/<slug:slug>/rankings/<int:ranking_id>/publication/",
        views.publication,
        name="ranking-publication",
    ),
    path("c/<slug:slug>/rankings/<int:ranking_id>.xlsx", views.ranking_xlsx, name="ranking-xlsx"),
]
