"""Addresses of nobody missed."""

from django.urls import path

from reports.missed import views

urlpatterns = [
    path("c/<slug:slug>/missed/", views.missed, name="missed"),
    path("c/<slug:slug>/missed.xlsx", views.missed_xlsx, name="missed-xlsx"),
    path("c/<slug:slug>/missed/people/", views.people, name="missed-people"),
    path("c/<slug:slug>/missed/reasons/", views.reasons, name="missed-reasons"),
    path("c/<slug:slug>/missed/confirmations/", views.confirmations, name="missed-confirmations"),
    path("c/<slug:slug>/missed/reminders/", views.reminders, name="missed-reminders"),
]
