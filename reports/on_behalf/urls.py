"""Addresses of what is paid on behalf."""

from django.urls import path

from reports.on_behalf import views

urlpatterns = [
    path("c/<slug:slug>/on-behalf/", views.on_behalf, name="on-behalf"),
    path("c/<slug:slug>/on-behalf/lists/", views.make, name="on-behalf-making"),
    path("c/<slug:slug>/on-behalf/lists/<int:list_id>/", views.one, name="on-behalf-list"),
    path("c/<slug:slug>/on-behalf/lists/<int:list_id>/file/", views.file, name="on-behalf-file"),
    path("c/<slug:slug>/on-behalf/lists/<int:list_id>/paper/", views.paper, name="on-behalf-paper"),
    path(
        "c/<slug:slug>/on-behalf/lists/<int:list_id>/withdrawal/",
        views.withdraw,
        name="on-behalf-withdrawal",
    ),
]
