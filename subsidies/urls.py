"""Addresses of rosters and pay-outs."""

from django.urls import path

from subsidies import views, views_columns, views_fixes, views_rows
from subsidies.payouts import views as pay_outs
from subsidies.payouts import views_batch as batches

_ALL = "c/<slug:slug>/rosters/"
_ONE = _ALL + "<int:roster_id>/"
_PAY_OUTS = "c/<slug:slug>/pay-outs/"
_AMOUNT = _PAY_OUTS + "people/<int:pay_out_id>/"
_BATCH = _PAY_OUTS + "batches/<int:batch_id>/"

urlpatterns = [
    path(_PAY_OUTS, pay_outs.pay_outs, name="pay-outs"),
    path(_PAY_OUTS + "people/", pay_outs.pay_outs_list, name="pay-outs-list"),
    path(_AMOUNT, pay_outs.pay_out, name="pay-out"),
    path(_AMOUNT + "account/", pay_outs.pay_out_account, name="pay-out-account"),
    path(_AMOUNT + "decision/", pay_outs.pay_out_decision, name="pay-out-decision"),
    path(_PAY_OUTS + "batches/", batches.pay_out_batches, name="pay-out-batches"),
    path(_BATCH, batches.pay_out_batch, name="pay-out-batch"),
    path(_BATCH + "steps/", batches.pay_out_batch_step, name="pay-out-batch-step"),
    path(_BATCH + "file/", batches.pay_out_batch_file, name="pay-out-batch-file"),
    path(_BATCH + "workbook/", batches.pay_out_batch_workbook, name="pay-out-batch-workbook"),
    path(_BATCH + "paper/", batches.pay_out_batch_paper, name="pay-out-batch-paper"),
    path(_BATCH + "returns/", batches.pay_out_batch_return, name="pay-out-batch-return"),
    path(_BATCH + "answers/", batches.pay_out_batch_answers, name="pay-out-batch-answers"),
    path(
        _BATCH + "answers/<int:answer_id>/",
        batches.pay_out_batch_answer,
        name="pay-out-batch-answer",
    ),
    path(_ALL, views.rosters, name="rosters"),
    path(_ALL + "templates/<slug:kind>.xlsx", views_rows.roster_template, name="roster-template"),
    path(_ONE, views.roster, name="roster"),
    path(_ONE + "progress/", views.roster_progress, name="roster-progress"),
    path(_ONE + "about/", views_columns.roster_about, name="roster-about"),
    path(_ONE + "columns/", views_columns.roster_columns, name="roster-columns"),
    path(
        _ONE + "columns/<int:choice_id>/forgetting/",
        views_columns.roster_columns_forgetting,
        name="roster-columns-forgetting",
    ),
    path(_ONE + "discarding/", views_columns.roster_discarding, name="roster-discarding"),
    path(_ONE + "rows/", views.roster_rows, name="roster-rows"),
    path(_ONE + "rows/<int:line_id>/", views_rows.roster_row, name="roster-row"),
    path(_ONE + "words/", views.roster_words, name="roster-words"),
    path(_ONE + "days/", views_fixes.roster_days, name="roster-days"),
    path(_ONE + "places/", views_fixes.roster_places, name="roster-places"),
    path(_ONE + "left-out/", views_fixes.roster_left_out, name="roster-left-out"),
    path(_ONE + "forgetting/", views_fixes.roster_forgetting, name="roster-forgetting"),
    path(_ONE + "effects/", views_fixes.roster_effects, name="roster-effects"),
    path(_ONE + "additions/", views.roster_additions, name="roster-additions"),
    path(_ONE + "acceptance/", views.roster_acceptance, name="roster-acceptance"),
    path(_ONE + "undoing/", views.roster_undoing, name="roster-undoing"),
    path(_ONE + "returned.xlsx", views_rows.roster_returned, name="roster-returned"),
]
