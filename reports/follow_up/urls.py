"""Addresses of follow-up."""

from django.urls import path

from reports.follow_up import views

urlpatterns = [path("c/<slug:slug>/follow-up/", views.follow_up, name="follow-up")]
