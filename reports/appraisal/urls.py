"""Addresses of the appraisal and of disqualifications."""

from django.urls import path

from reports.appraisal import disqualifications, views

urlpatterns = [
    path("c/<slug:slug>/appraisal/", views.appraisal, name="appraisal"),
    path("c/<slug:slug>/appraisal.xlsx", views.appraisal_xlsx, name="appraisal-xlsx"),
    path("c/<slug:slug>/appraisal/in-time/", views.in_time, name="appraisal-in-time"),
    path(
        "c/<slug:slug>/disqualifications/",
        disqualifications.disqualifications,
        name="disqualifications",
    ),
    path(
        "c/<slug:slug>/disqualifications/entry/",
        disqualifications.entry,
        name="disqualification-entry",
    ),
    path(
        "c/<slug:slug>/disqualifications/<int:disqualification_id>/lifting/",
        disqualifications.lifting,
        name="disqualification-lifting",
    ),
]
