"""Addresses of people."""

from django.urls import path

from reports.people import views

urlpatterns = [
    path("c/<slug:slug>/people/", views.people, name="people"),
    path("c/<slug:slug>/people/search/", views.search, name="people-search"),
    path("c/<slug:slug>/people/<int:resident_id>/", views.person, name="person"),
    path("c/<slug:slug>/people/<int:resident_id>/number/", views.number, name="person-number"),
]
