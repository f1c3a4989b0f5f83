"""Addresses of the exceptions desk."""

from django.urls import path

from payments.cases import acts, side_views, views

urlpatterns = [
    path("c/<slug:slug>/payments/open/", views.open_payments, name="open-payments"),
    path(
        "c/<slug:slug>/payments/open/workbook/",
        side_views.open_payments_workbook,
        name="open-payments-workbook",
    ),
    path(
        "c/<slug:slug>/payments/open/decisions/",
        acts.payment_decisions,
        name="payment-decisions",
    ),
    path("c/<slug:slug>/payments/open/views/", side_views.payment_views, name="payment-views"),
    path(
        "c/<slug:slug>/payments/open/views/<int:view_id>/deletion/",
        side_views.payment_view_deletion,
        name="payment-view-deletion",
    ),
    path("c/<slug:slug>/payments/<int:payment_id>/", views.payment, name="payment"),
    path("c/<slug:slug>/payments/<int:payment_id>/case/", views.payment_case, name="payment-case"),
    path(
        "c/<slug:slug>/payments/<int:payment_id>/person/",
        side_views.payment_person,
        name="payment-person",
    ),
    path(
        "c/<slug:slug>/payments/<int:payment_id>/number/",
        side_views.payment_number,
        name="payment-number",
    ),
    path(
        "c/<slug:slug>/payments/decisions/<int:decision_id>/evidence/",
        side_views.payment_evidence,
        name="payment-evidence",
    ),
]
