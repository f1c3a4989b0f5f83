"""Addresses of refund requests."""

from django.urls import path

from payments.refund_requests import views

_ALL = "c/<slug:slug>/payments/refunds/"

urlpatterns = [
    path(_ALL, views.refund_requests, name="refund-requests"),
    path(f"{_ALL}people/<int:resident_id>/", views.entry, name="refund-request-entry"),
    path(f"{_ALL}lists/", views.refund_lists, name="refund-lists"),
    path(f"{_ALL}lists/<int:refund_id>/", views.call_back, name="refund-call-back"),
    path(f"{_ALL}<int:stop_id>/", views.refund_request, name="refund-request"),
    path(f"{_ALL}<int:stop_id>/step/", views.step, name="refund-request-step"),
    path(f"{_ALL}<int:stop_id>/evidence/", views.evidence, name="refund-request-evidence"),
]
