"""Addresses of a policy: its rules, versions, one person tried, readiness, who funds it."""

from django.urls import path

from enrollment.policy import views

urlpatterns = [
    path("c/<slug:slug>/policy/", views.policy, name="policy"),
    path("c/<slug:slug>/policy/trial/", views.trial, name="policy-trial"),
    path("c/<slug:slug>/policy/versions/", views.versions, name="policy-versions"),
    path("c/<slug:slug>/policy/readiness/", views.readiness, name="policy-readiness"),
    path("c/<slug:slug>/policy/opening/", views.opening, name="campaign-opening"),
    path("c/<slug:slug>/policy/funding/", views.funding, name="policy-funding"),
]
