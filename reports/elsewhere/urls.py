"""Addresses of proofs of payment elsewhere."""

from django.urls import path

from reports.elsewhere import views

_ALL = "c/<slug:slug>/elsewhere/"
_ONE = _ALL + "<int:proof_id>/"

urlpatterns = [
    path(_ALL, views.proofs, name="elsewhere"),
    path(_ONE, views.proof, name="elsewhere-proof"),
    path(_ONE + "steps/", views.step, name="elsewhere-step"),
    path(_ONE + "attachment/", views.attachment, name="elsewhere-attachment"),
    path("c/<slug:slug>/people/<int:resident_id>/elsewhere/", views.entry, name="elsewhere-entry"),
]
