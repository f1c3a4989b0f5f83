"""Addresses of payment registers."""

from django.urls import path

from payments.register import views

urlpatterns = [
    path("c/<slug:slug>/payments/registers/", views.registers, name="registers"),
    path("c/<slug:slug>/payments/registers/issues/", views.register_issues, name="register-issues"),
    path(
        "c/<slug:slug>/payments/registers/returns/", views.register_returns, name="register-returns"
    ),
    path(
        "c/<slug:slug>/payments/registers/returns/<int:return_id>/",
        views.register_return,
        name="register-return",
    ),
    path(
        "c/<slug:slug>/payments/registers/proposals/",
        views.register_proposals,
        name="register-proposals",
    ),
]
