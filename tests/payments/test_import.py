"""A payment detail file is taken in: counts, outcomes, the same file again."""

from tests.payments.lines import Row


def test_a_payment_is_matched_to_the_registration(take, wang, register):
    registration = register(wang)
    result = take([Row()])
    from payments.models import Match

    assert result["new"] == 1 and result["matched"] == 1
    match = Match.objects.get()
    assert (match.registration_id, match.fen) == (registration.pk, 35000)
