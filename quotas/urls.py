"""Addresses of targets."""

from django.urls import path

from quotas import entries, reports_page, views

_SET = "c/<slug:slug>/targets/<slug:set_slug>/"

urlpatterns = [
    path("c/<slug:slug>/targets/", views.targets, name="targets"),
    path("c/<slug:slug>/targets/import/", entries.import_table, name="target-import"),
    path("c/<slug:slug>/denominators/", entries.denominators, name="denominators"),
    path("c/<slug:slug>/denominators/entry/", entries.denominator_entry, name="denominator-entry"),
    path(_SET, views.target_set, name="target-set"),
    path(_SET + "lock/", views.lock, name="target-lock"),
    path(_SET + "reported/", entries.reported, name="target-reported"),
    path(_SET + "reports/", reports_page.reports, name="target-reports"),
    path(_SET + "versions/<int:version>/", views.version, name="target-version"),
    path(_SET + "<int:region_id>/", views.target_set, name="target-set-region"),
    path(_SET + "<int:region_id>/break-down/", views.break_down, name="target-break-down"),
]
