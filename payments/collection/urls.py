"""Addresses of collection."""

from django.urls import path

from payments.collection import views, views_bank, views_batch

HERE = "c/<slug:slug>/collection/"
BATCH = HERE + "batches/<int:collection_id>/"

urlpatterns = [
    path(HERE, views.collection, name="collection"),
    path(HERE + "cash/", views.collection_cash, name="collection-cash"),
    path(HERE + "receipts/", views.collection_receipts, name="collection-receipts"),
    path(
        HERE + "cash/<int:taking_id>/withdrawal/",
        views.collection_withdrawal,
        name="collection-withdrawal",
    ),
    path(HERE + "batches/", views.collection_batches, name="collection-batches"),
    path(BATCH, views_batch.collection_batch, name="collection-batch"),
    path(BATCH + "step/", views_batch.collection_batch_step, name="collection-batch-step"),
    path(BATCH + "paper/", views_batch.collection_batch_paper, name="collection-batch-paper"),
    path(BATCH + "slips/", views_batch.collection_slips, name="collection-slips"),
    path(
        BATCH + "slips/<int:slip_id>/file/",
        views_batch.collection_slip_file,
        name="collection-slip-file",
    ),
    path(HERE + "statements/", views_bank.bank_statements, name="bank-statements"),
    path(HERE + "statements/<int:statement_id>/", views_bank.bank_statement, name="bank-statement"),
    path(HERE + "bank-lines/<int:bank_line_id>/", views_bank.bank_line, name="bank-line"),
    path(HERE + "kept/", views_bank.money_kept, name="money-kept"),
    path(HERE + "kept/workbook/", views_bank.money_kept_workbook, name="money-kept-workbook"),
]
