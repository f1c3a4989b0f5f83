"""Addresses of people on lists."""

from django.urls import path

from reports.listed import views

urlpatterns = [
    path("c/<slug:slug>/on-lists/", views.on_lists, name="on-lists"),
    path("c/<slug:slug>/on-lists/decisions/", views.decisions, name="on-lists-decisions"),
]
