"""Addresses of payments."""

from django.urls import include, path

from payments.pages import api, file_acts, files

urlpatterns = [
    path("c/<slug:slug>/payments/files/", files.payment_files, name="payment-files"),
    path("c/<slug:slug>/payments/files/<int:file_id>/", files.payment_file, name="payment-file"),
    path(
        "c/<slug:slug>/payments/files/<int:file_id>/progress/",
        files.payment_file_progress,
        name="payment-file-progress",
    ),
    path(
        "c/<slug:slug>/payments/files/<int:file_id>/lines/",
        files.payment_file_lines,
        name="payment-file-lines",
    ),
    path(
        "c/<slug:slug>/payments/files/<int:file_id>/lines.xlsx",
        files.payment_file_lines_xlsx,
        name="payment-file-lines-xlsx",
    ),
    path(
        "c/<slug:slug>/payments/files/<int:file_id>/acceptance/",
        file_acts.payment_file_acceptance,
        name="payment-file-acceptance",
    ),
    path(
        "c/<slug:slug>/payments/files/<int:file_id>/void/",
        file_acts.payment_file_void,
        name="payment-file-void",
    ),
    path("", include("payments.cases.urls")),
    path("", include("payments.refund_requests.urls")),
    path("", include("payments.tax_out.urls")),
    path("", include("payments.register.urls")),
    path("", include("payments.collection.urls")),
    path("", include("payments.claims.urls")),
    path(
        "api/v1/campaigns/<slug:slug>/payment-files/",
        api.PaymentFiles.as_view(),
        name="api-payment-files",
    ),
    path("api/v1/jobs/<int:job_id>/", api.JobStatus.as_view(), name="api-job"),
]
