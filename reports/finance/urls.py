"""Addresses of finance."""

from django.urls import path

from reports.finance import views, views_fiscal, views_people

_ALL = "c/<slug:slug>/finance/"
_FISCAL = _ALL + "fiscal/"

urlpatterns = [
    path(_ALL, views.finance, name="finance"),
    path("c/<slug:slug>/finance.xlsx", views.finance_xlsx, name="finance-xlsx"),
    path(_ALL + "payments/", views.payments, name="finance-payments"),
    path(_ALL + "payments.xlsx", views.payments_xlsx, name="finance-payments-xlsx"),
    path(_ALL + "people/", views_people.people, name="finance-people"),
    path(_FISCAL, views_fiscal.fiscal_receipts, name="fiscal-receipts"),
    path(_FISCAL + "places/", views_fiscal.fiscal_places, name="fiscal-places"),
    path(_FISCAL + "entry/", views_fiscal.fiscal_receipt_entry, name="fiscal-receipt-entry"),
    path(
        _FISCAL + "<int:receipt_id>/countering/",
        views_fiscal.fiscal_receipt_countering,
        name="fiscal-receipt-countering",
    ),
]
