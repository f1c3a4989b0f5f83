"""Addresses of the dashboard."""

from django.urls import path

from reports.progress import views

urlpatterns = [
    path("c/<slug:slug>/progress/", views.progress, name="progress"),
    path("c/<slug:slug>/progress/<int:region_id>/", views.progress, name="progress-region"),
    path("c/<slug:slug>/progress/<int:region_id>/idle/", views.idle, name="progress-idle"),
    path("c/<slug:slug>/progress/<int:region_id>.xlsx", views.progress_xlsx, name="progress-xlsx"),
]
