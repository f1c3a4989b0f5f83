"""Refunds on lists to the tax bureau that wait for its line."""

from django.db.models import Exists, F, OuterRef, QuerySet

from payments.models import Payment, TaxRefund


def open_refunds() -> QuerySet[TaxRefund]:
    """Not called back, and less has gone back of the payment since than the list asks for."""
    waits = Payment.objects.annotate(back=F("reversed_fen") + F("refunded_fen")).filter(
        id=OuterRef("payment_id"),
        refund_due_fen__gt=0,
        back__lt=OuterRef("back_fen") + OuterRef("fen"),
    )
    return TaxRefund.objects.filter(Exists(waits), live=True)
