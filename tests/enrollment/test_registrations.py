"""Registering one person at the desk."""

import threading
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from enrollment import categories, changes
from enrollment.models import (
    AuditEntry,
    Change,
    Household,
    Identity,
    Registration,
    Resident,
)
from enrollment.services import people, registrations
from enrollment.services.people import Person
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.enrollment.people import number

NOW = at("2022-11-18 16:30")
WANG, LI, ZHAO, SUN = (number("19800101", order) for order in (1, 2, 3, 4))
MONEY = ["resident__name", "fee_fen", "own_fen", "on_behalf_fen", "reimbursed_fen", "hardship"]


@pytest.fixture
def person(places):
    """person("王芳", WANG) → what a clerk writes about her, in 东湖村 of north."""

    def person(name, paper=WANG, village="north-1", **changed):
        facts = {"category": "1501", "born_on": date(1980, 1, 1), "sex": "F"}
        return Person("resident_id", paper, name, village=places[village], **{**facts, **changed})

    return person


@pytest.fixture
def register(campaign, cast):
    """register(person, by="bob") with a key of its own → Receipt."""

    def register(written, by="bob", now=NOW, save_key=None, confirmed=()):
        return registrations.register_one(
            campaign=campaign,
            person=written,
            by=cast[by],
            now=now,
            save_key=save_key or uuid4(),
            confirmed=frozenset(confirmed),
        )

    return register


# --- what one save writes


def test_a_save_writes_registration_change_and_audit(
    campaign, cast, make_resident, person, register
):
    wang = make_resident("王芳", number=WANG, prior=True)
    register(person("王芳"))
    # 350 yuan a head, nothing subsidised: tests/data/small-2023.toml [fee]
    assert_table(Registration, MONEY, [("王芳", 35000, 35000, 0, 0, "")])
    saved = Registration.objects.get()
    assert (saved.village_id, saved.unit_id) == (wang.village_id, wang.village_id)
    assert (saved.registered_at, saved.known_at, saved.registered_by) == (NOW, NOW, cast["bob"])
    kinds = set(Change.objects.values_list("kind", "resident_id", "campaign_id"))
    assert kinds == {(changes.REGISTERED, wang.pk, campaign.pk)}
    entry = AuditEntry.objects.get(action="register")
    assert (entry.by, entry.object_id) == (cast["bob"], saved.pk)
    assert entry.facts["new_resident"] is False
    assert WANG not in str(entry.facts)


def test_a_new_person_gets_resident_sealed_identity_and_household(person, register):
    register(person("孙悟空", SUN, relation="本人", group_no="3", phone="13800000001"))
    assert_table(
        Resident,
        ["name", "name_key", "pinyin", "sex", "category", "household__head_name", "relation"],
        [("孙悟空", "孙悟空", "sun wu kong", "F", "1501", "孙悟空", "本人")],
    )
    paper = Identity.objects.get()
    assert (paper.kind, paper.masked, paper.current) == (
        "resident_id",
        f"{SUN[:4]}****{SUN[-4:]}",
        True,
    )
    assert paper.number.reveal() == SUN
    with connection.cursor() as cursor:
        cursor.execute("select number from enrollment_identity")
        assert SUN.encode() not in bytes(cursor.fetchone()[0])
    assert Resident.objects.get().phone.reveal() == "13800000001"


def test_a_marked_person_is_priced_with_the_subsidy(
    campaign, cast, make_resident, person, register
):
    wang = make_resident("王芳", number=WANG)
    for category in ("lifted", "minimum_living"):
        mark_hardship(
            campaign=campaign,
            resident=wang,
            category=category,
            recognised_on=date(2022, 9, 1),
            source="名单第 3 行",
            by=cast["frank"],
            now=NOW,
        )
    register(person("王芳"))
    # the higher of 250 and 80 yuan comes back after payment
    assert_table(Registration, MONEY, [("王芳", 35000, 35000, 0, 25000, "lifted")])


# --- twice


def test_the_same_form_again_answers_the_same_and_writes_nothing(make_resident, person, register):
    make_resident("王芳", number=WANG)
    key = uuid4()
    first = register(person("王芳"), save_key=key)
    written = [Registration.objects.count(), Change.objects.count(), AuditEntry.objects.count()]
    again = register(person("王芳"), save_key=key)
    assert again.registration == first.registration
    assert (first.again, again.again) == (False, True)
    assert written == [
        Registration.objects.count(),
        Change.objects.count(),
        AuditEntry.objects.count(),
    ]


def test_a_form_saved_and_taken_back_is_not_saved_again(cast, person, register):
    key = uuid4()
    first = register(person("王芳"), save_key=key)
    registrations.withdraw(registration=first.registration, by=cast["bob"], now=NOW, why="登记错人")
    assert register(person("王芳"), save_key=key).registration == first.registration
    assert not Registration.objects.standing().exists()


def test_a_form_cannot_save_two_people(person, register):
    key = uuid4()
    register(person("王芳"), save_key=key)
    with pytest.raises(registrations.FormUsed):
        register(person("李梅", LI), save_key=key)
    assert_table(Resident, ["name"], [("王芳",)])


def test_nobody_is_registered_twice(places, person, register):
    register(person("王芳"))
    with pytest.raises(registrations.AlreadyRegistered) as refusal:
        register(person("王芳", village="north-2"))
    (sentence,) = refusal.value.messages
    assert "王芳" in sentence
    assert "2022-11-18 16:30" in sentence
    assert "东湖村" in sentence  # where it stands, not where it was tried
    assert "Bob" in sentence
    assert Registration.objects.count() == 1


def meet(monkeypatch, owner, name):
    """Hold two threads just before their first call of a function, until both are there."""
    gate, passed, write = threading.Barrier(2, timeout=20), set(), getattr(owner, name)

    def when_both_are_here(*args, **kwargs):
        thread = threading.get_ident()
        if thread not in passed:
            passed.add(thread)
            gate.wait()
        return write(*args, **kwargs)

    monkeypatch.setattr(owner, name, when_both_are_here)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_two_clerks_at_the_same_moment(monkeypatch, make_resident, person, register, known):
    """Both have passed every check before either writes: one row, the other is told by whom."""
    if known:
        make_resident("王芳", number=WANG)
        meet(monkeypatch, registrations._Save, "_register")
    else:
        meet(monkeypatch, people, "add_person")
    outcomes = []

    def clerk():
        try:
            outcomes.append(register(person("王芳")))
        except registrations.AlreadyRegistered as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    clerks = [threading.Thread(target=clerk) for _ in range(2)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join(30)
    assert sorted(type(o).__name__ for o in outcomes) == ["AlreadyRegistered", "Receipt"]
    (told,) = [o for o in outcomes if isinstance(o, registrations.AlreadyRegistered)]
    assert "Bob" in told.messages[0]
    assert "2022-11-18 16:30" in told.messages[0]
    assert_table(Registration, ["resident__name", "ended_at"], [("王芳", None)])
    assert_table(Resident, ["name"], [("王芳",)])
    assert_table(Identity, ["resident__name"], [("王芳",)])
    assert AuditEntry.objects.filter(action="register").count() == 1


# --- where


def test_only_villages_of_ones_own_region(person, register):
    with pytest.raises(registrations.Refused):
        register(person("王芳", village="south-1"))
    assert_table(Registration, ["id"], [])


def test_people_of_another_region_are_not_registered_here(make_resident, person, register):
    make_resident("王芳", number=WANG, village="south-1")
    with pytest.raises(registrations.BelongsElsewhere):
        register(person("王芳"))
    assert_table(Registration, ["id"], [])


def test_someone_registered_in_another_region_is_not_registered_here(person, register, places):
    register(person("王芳", village="south-1"), by="charlie")
    with pytest.raises(registrations.BelongsElsewhere) as refusal:
        register(person("王芳"))
    assert "Charlie" not in str(refusal.value)  # who and where is for their own region


# --- when


def test_outside_the_windows_the_refusal_names_the_clause(person, register):
    for now, saved in (
        (at("2022-10-14 23:59"), False),
        (at("2022-10-15 00:00"), True),
        (at("2023-01-01 00:00"), False),
    ):
        if saved:
            register(person("王芳"), now=now)
            continue
        with pytest.raises(registrations.NotOpen) as refusal:
            register(person("李梅", LI), now=now)
        assert "2022-10-15" in refusal.value.messages[0]
        assert "2022-12-31" in refusal.value.messages[0]
        assert "三" in refusal.value.messages[0]


@pytest.mark.parametrize("state", ["draft", "closed", "archived"])
def test_a_campaign_that_is_not_open_takes_nobody(campaign, person, register, state):
    campaign.state = state
    with pytest.raises(registrations.NotOpen):
        register(person("王芳"))


# --- names


@pytest.mark.parametrize("name", ["王?", "王？芳", "王\ufffd", "王\ue000"])
def test_a_damaged_name_is_refused(person, register, name):
    with pytest.raises(registrations.Refused) as refusal:
        register(person(name))
    assert name in refusal.value.messages[0]
    with pytest.raises(registrations.Refused):
        register(person("王芳", head_name=name, relation="配偶"))
    assert_table(Resident, ["name"], [])


def test_another_name_is_asked_about_and_both_are_kept(make_resident, person, register):
    make_resident("王芳", number=WANG)
    with pytest.raises(registrations.NeedsConfirming) as doubt:
        register(person("王方"))
    assert "王芳" in doubt.value.messages[0]
    assert "王方" in doubt.value.messages[0]
    assert_table(Registration, ["id"], [])
    register(person("王方"), confirmed=doubt.value.doubts)
    assert_table(Resident, ["name", "note"], [("王方", "原登记姓名：王芳")])


def test_a_confirmation_holds_for_the_name_it_was_given_for(make_resident, person, register):
    make_resident("王芳", number=WANG)
    with pytest.raises(registrations.NeedsConfirming) as doubt:
        register(person("王方"))
    with pytest.raises(registrations.NeedsConfirming):
        register(person("汪芳"), confirmed=doubt.value.doubts)


def test_dots_and_blanks_make_no_other_name(make_resident, person, register):
    make_resident("阿依·古丽", number=WANG)
    register(person("阿依•古丽"))
    assert_table(Resident, ["name", "note"], [("阿依·古丽", "")])


def test_a_category_against_the_age_is_asked_about(person, register):
    with pytest.raises(registrations.NeedsConfirming) as doubt:
        register(person("王芳", category="1601"))  # 42 years old
    assert "42" in doubt.value.messages[0]
    register(person("王芳", category="1601"), confirmed=doubt.value.doubts)
    assert_table(Registration, ["category"], [("1601",)])


# --- households


def test_a_head_named_once_in_the_village_is_joined(person, register):
    register(person("王强", WANG, relation="本人"))
    register(person("李梅", LI, relation="配偶", head_name="王强"))
    assert_table(Household, ["head_name"], [("王强",)])
    assert Household.objects.get().members.count() == 2


def test_two_heads_of_one_name_are_told_apart_by_group(person, register):
    register(person("王强", WANG, relation="本人", group_no="1"))
    register(person("王强", LI, relation="本人", group_no="2"))
    with pytest.raises(people.HouseholdUnclear):
        register(person("赵敏", ZHAO, relation="配偶", head_name="王强"))
    assert not Resident.objects.filter(name="赵敏").exists()
    register(person("赵敏", ZHAO, relation="配偶", head_name="王强", group_no="2"))
    assert Resident.objects.get(name="赵敏").household.group_no == "2"


def test_the_same_head_in_another_village_is_another_household(person, register):
    register(person("王强", WANG, relation="本人"))
    register(person("李梅", LI, village="north-2", relation="配偶", head_name="王强"))
    assert_table(
        Household,
        ["head_name", "village__key"],
        [("王强", "north-1"), ("王强", "north-2")],
    )


def test_a_form_filled_for_one_person_does_not_save_another(make_resident, person, register):
    wang = make_resident("王芳", number=WANG)
    make_resident("李梅", number=LI)
    for paper in (LI, SUN):  # somebody else, nobody known
        with pytest.raises(registrations.AnotherPerson):
            register(person("王芳", paper, about=wang.pk))
    assert_table(Registration, ["id"], [])


# --- ages


@pytest.mark.parametrize(
    ("stored", "born_on", "proposed"),
    [
        ("1402", date(2017, 1, 1), "1402"),  # 5: certain
        ("1402", date(2016, 1, 1), ""),  # 6: at school, or not; a person must choose
        ("1403", date(2010, 1, 1), "1403"),  # 12
        ("1404", date(2002, 1, 1), "1404"),  # 20 and a student last year
        ("1501", date(1962, 11, 18), "1601"),  # 60 today
        ("1501", date(1962, 11, 19), "1501"),  # 60 tomorrow
        ("1405", date(2003, 1, 1), "1501"),  # 19
        ("1501", None, "1501"),
    ],
)
def test_the_category_proposed(stored, born_on, proposed):
    assert categories.proposed(stored, born_on, NOW.date()) == proposed
