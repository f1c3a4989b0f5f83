"""Addresses of claims of payment."""

from django.urls import path

from payments.claims import views

_ALL = "c/<slug:slug>/payments/claims/"
_ONE = _ALL + "<int:claim_id>/"

urlpatterns = [
    path(_ALL, views.claims, name="claims"),
    path(_ALL + "workbook/", views.claims_workbook, name="claims-workbook"),
    path(_ALL + "person/", views.claim_person, name="claim-person"),
    path(_ALL + "of/<int:resident_id>/", views.claim_entry, name="claim-entry"),
    path(_ONE + "drop/", views.claim_drop, name="claim-drop"),
    path(_ONE + "take-up/", views.claim_take_up, name="claim-take-up"),
    path(_ONE + "screenshot/", views.claim_screenshot, name="claim-screenshot"),
]
