"""Addresses of what goes out to the tax bureau, and of its list of people."""

from django.urls import path

from payments.tax_out import views, views_comparison

_ALL = "c/<slug:slug>/payments/tax/"

urlpatterns = [
    path(_ALL, views.tax_exports, name="tax-exports"),
    path(f"{_ALL}<int:export_id>/file/", views.file, name="tax-export-file"),
    path(f"{_ALL}people/", views_comparison.tax_comparisons, name="tax-comparisons"),
    path(
        f"{_ALL}people/<int:people_file_id>/",
        views_comparison.tax_comparison,
        name="tax-comparison",
    ),
    path(
        f"{_ALL}people/<int:people_file_id>/workbook/",
        views_comparison.workbook,
        name="tax-comparison-workbook",
    ),
]
