"""Addresses of rosters."""

from django.urls import path

from subsidies import views, views_rows

_ALL = "c/<slug:slug>/rosters/"
_ONE = _ALL + "<int:roster_id>/"

urlpatterns = [
    path(_ALL, views.rosters, name="rosters"),
    path(_ALL + "templates/<slug:kind>.xlsx", views_rows.roster_template, name="roster-template"),
    path(_ONE, views.roster, name="roster"),
    path(_ONE + "progress/", views.roster_progress, name="roster-progress"),
    path(_ONE + "rows/", views.roster_rows, name="roster-rows"),
    path(_ONE + "rows/<int:line_id>/", views_rows.roster_row, name="roster-row"),
    path(_ONE + "words/", views.roster_words, name="roster-words"),
    path(_ONE + "additions/", views.roster_additions, name="roster-additions"),
    path(_ONE + "acceptance/", views.roster_acceptance, name="roster-acceptance"),
    path(_ONE + "undoing/", views.roster_undoing, name="roster-undoing"),
    path(_ONE + "returned.xlsx", views_rows.roster_returned, name="roster-returned"),
]
