"""Payments follow their people: registered at last, elsewhere, taken back; what ports answer."""

import pytest

from enrollment import changes, ports
from enrollment.models import Registration, User
from tests.conftest import at
from tests.payments.lines import LI, WANG, Row
from tests.payments.test_classify import live_matches, standings

SECOND = "341135221118000002"


@pytest.fixture
def tell(campaign):
    """tell("registered", resident) appends the change and has it consumed."""

    def told(kind, resident=None, *, file=None, of=None):
        changes.append(
            kind,
            campaign_id=(of or campaign).pk,
            at=at("2022-11-18 17:00"),
            resident_id=resident and resident.pk,
            source_file_id=file,
        )
        changes.consume()

    return told


def end(registration):
    registration.ended_at = at("2022-11-18 17:00")
    registration.ended_by, registration.ended_why = User.system(), "moved away"
    registration.save()


def test_registered_at_last_it_matches_by_itself(take, wang, register, tell):
    take([Row()])
    assert standings() == [("open", "not_registered", 0, 35000, 0)]
    registration = register(wang)
    tell(changes.REGISTERED, wang)
    assert standings() == [("matched", None, 35000, 0, 0)]
    assert live_matches() == [(registration.pk, "own", 35000)]


def test_a_person_unknown_until_now(take, make_resident, register, tell):
    from payments.models import Payment

    take([Row(number=LI, name="李丽")])
    resident = make_resident("李丽", number=LI)
    register(resident)
    tell(changes.REGISTERED, resident)
    assert standings() == [("matched", None, 35000, 0, 0)]
    assert Payment.objects.get().resident_id == resident.pk


def test_many_registered_from_a_file(take, wang, make_resident, register, tell):
    take([Row(), Row(number=LI, name="李丽")])
    register(wang)
    register(make_resident("李丽", number=LI))
    tell(changes.REGISTERED, file=1)
    assert [row[0] for row in standings()] == ["matched", "matched"]


def test_of_two_open_payments_the_earlier_matches(take, wang, register, tell):
    take([Row(paid="2022-11-20"), Row(receipt=SECOND, paid="2022-11-19")])
    register(wang)
    tell(changes.REGISTERED, wang)
    assert [row[:2] for row in standings()] == [("open", "paid_twice"), ("matched", None)]


def test_a_registration_taken_back_opens_its_payment(take, wang, register, tell):
    from payments.models import Match

    registration = register(wang)
    take([Row()])
    end(registration)
    tell(changes.REGISTRATION_ENDED, wang)
    assert standings() == [("open", "not_registered", 0, 35000, 0)]
    match = Match.objects.get()
    assert match.ended_at is not None and match.ended_why == "not_registered"


def test_registered_anew_it_matches_the_new_registration(take, wang, register, tell):
    end_of = register(wang)
    take([Row()])
    end(end_of)
    again = register(wang)
    tell(changes.REGISTERED, wang)
    assert live_matches() == [(again.pk, "own", 35000)]


def test_registered_in_the_next_county_it_is_the_wrong_place(take, wang, register, tell, sibling):
    take([Row()])
    register(wang, in_campaign=sibling)
    tell(changes.REGISTERED, wang, of=sibling)
    assert standings() == [("open", "wrong_place", 0, 35000, 0)]


def test_the_same_change_twice_is_once(take, wang, register, tell):
    from payments.models import Match

    take([Row()])
    register(wang)
    tell(changes.REGISTERED, wang)
    tell(changes.REGISTERED, wang)
    assert Match.objects.count() == 1


def test_who_was_registered_while_a_file_was_posted_is_found_after_it(take, wang, register):
    take([Row()])
    register(wang)  # as if committed unseen by the posting: no change of its own is told
    changes.consume()  # of the posting itself
    assert standings() == [("matched", None, 35000, 0, 0)]


def test_marked_at_last_it_matches_by_itself(take, wang, register, tell):
    """Too little, until the mark makes less due: the list is told of as a whole."""
    registration = register(wang)
    take([Row(yuan="100"), Row(yuan="400", receipt=SECOND, year="2022")])
    assert standings()[0] == ("open", "too_little", 0, 10000, 0)
    Registration.objects.update(own_fen=10000, deducted_fen=25000, hardship="five_guarantees")
    tell(changes.MARKS_CHANGED, file=1)
    assert standings() == [("matched", None, 10000, 0, 0), ("open", "wrong_year", 0, 40000, 0)]
    assert live_matches() == [(registration.pk, "own", 10000)]


def test_a_cause_follows_the_facts_until_its_reason_goes(
    take, wang, register, tell, sibling, make_resident
):
    """Wrong place, not registered, paid though exempt, name differs, matched: one after another."""
    elsewhere = register(wang, in_campaign=sibling)
    take([Row(name="王大明")])
    assert standings()[0][1] == "wrong_place"
    end(elsewhere)
    tell(changes.REGISTRATION_ENDED, wang, of=sibling)
    assert standings()[0][1] == "not_registered"
    registration = register(wang, own=0, on_behalf=35000)
    tell(changes.REGISTERED, wang)
    assert standings()[0][1] == "name_differs"
    type(wang).objects.update(name="王大明", name_key="王大明")
    tell(changes.MARKS_CHANGED, file=1)
    assert standings()[0][1] == "paid_though_exempt"
    end(registration)
    register(wang, own=30000)
    tell(changes.REGISTERED, wang)
    assert standings() == [("matched", None, 30000, 0, 5000)]


# --- what the desk asks


def test_paid_states(take, campaign, wang, make_resident, register):
    paid = register(wang)
    unpaid = register(make_resident("李丽", number=LI), own=10000, on_behalf=25000)
    exempt = register(make_resident("赵敏", number="411328200104150035"), own=0, on_behalf=35000)
    take([Row(), Row(receipt=SECOND, number=LI, name="李丽", yuan="250", mark="低保对象")])
    states = ports.paid_states(campaign.pk, [paid.pk, unpaid.pk, exempt.pk, 999_999])
    assert states == {paid.pk: "paid", unpaid.pk: "unpaid", exempt.pk: "exempt"}


def test_payments_of_a_person_newest_first(
    take, campaign, wang, register, django_assert_max_num_queries
):
    register(wang)
    take([Row(), Row(receipt=SECOND, paid="2022-11-20"), Row(number=LI, name="李丽")])
    with django_assert_max_num_queries(3):
        facts = ports.payments_of(campaign.pk, wang.pk)
    assert [(fact.standing, fact.cause, fact.fen) for fact in facts] == [
        ("open", "paid_twice", 35000),
        ("matched", None, 35000),
    ]
    assert Registration.objects.filter(resident=wang).exists() and WANG not in repr(facts)


def plan(rows):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    return rows.explain()


def test_a_persons_payments_and_matches_are_found_by_indexes(take, campaign, wang, register):
    from payments.models import Match, Payment

    registration = register(wang)
    take([Row(), Row(receipt=SECOND)])
    payments = Payment.objects.of_resident(campaign.pk, wang.pk)
    matches = Match.objects.of_registrations([registration.pk])
    assert (payments.count(), matches.count()) == (2, 1)
    for index in ("loose_payments_of_a_resident", "payments_payment_pkey"):
        assert index in plan(payments)
    assert "matches_to_be_followed" in plan(matches)
    assert "Seq Scan" not in plan(payments) + plan(matches)


def test_a_receipt_is_found_by_the_index_of_the_keys(take, campaign):
    from payments.queries import with_receipt

    take([Row()])
    assert "payments_payment_key" in plan(with_receipt(campaign.pk, Row().receipt))


def test_a_payer_who_comes_into_the_register_is_unknown_no_longer(campaign, take, tmp_path) -> None:
    """The number was nobody's; the register brings its holder, who is not registered yet."""
    from enrollment import changes, files
    from enrollment.bulk import import_residents
    from enrollment.models import SourceFile, User
    from payments.models import Payment

    assert take([Row()])["open"] == {"unknown_person": 1}
    path = tmp_path / "residents.csv"
    path.write_text(
        "乡镇,村,组,户编号,户主姓名,与户主关系,姓名,证件类型,证件号码,联系电话,人员类别,上年参保\n"
        f"城北镇,东湖村,1,1,王小明,本人,王小明,居民身份证,{Row().number},,成年居民,是\n"
    )
    by = User.system()
    file = files.take_in(campaign, SourceFile.Kind.RESIDENTS, path.name, path, by, campaign.clock)
    counts = import_residents(file, path, by=by, now=campaign.clock, progress=lambda *told: None)
    assert counts["new"] == 1, counts
    changes.consume()
    assert Payment.objects.get().cause == "not_registered"
