"""Conditions on sex and place: the desk, in bulk, the price command, the page "try it"."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from enrollment import bulk, places
from enrollment.desk import queries
from enrollment.errors import Refused
from enrollment.models import Registration, User
from enrollment.services.campaigns import load_notice
from tests.conftest import at
from tests.enrollment.test_pricing_profiles import NOW, RICH, rich  # noqa: F401

WOMAN, MAN = "411328198003072520", "411328198003072512"
ON = at("2022-11-14 10:00")  # an adult owes 350; a woman of 城南乡 or of 西湖村 owes 280


@pytest.mark.parametrize(
    ("number", "village", "fen"),
    [
        (WOMAN, "south-1", 28000),
        (WOMAN, "north-2", 28000),
        (WOMAN, "north-1", 35000),
        (MAN, "south-1", 35000),
    ],
)
def test_register_and_desk_know_sex_and_place(rich, make_resident, cast, number, village, fen):  # noqa: F811
    person = make_resident("王小明", number=number, village=village, prior=True)
    assert queries.facts_of(rich, person, cast["alice"], ON).price.fee_fen == fen
    bulk.renew(rich, by=User.system(), now=ON, progress=lambda *_: None)
    assert Registration.objects.get().fee_fen == fen


def priced(rich, *facts):  # noqa: F811
    out = StringIO()
    call_command("price", rich.slug, fact=list(facts), json=True, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue().splitlines()[-1])["fee_fen"]


def test_the_price_command_takes_a_village_for_all_above_it(rich):  # noqa: F811
    assert priced(rich, "sex=女", "region=south-1") == 28000
    assert priced(rich, "sex=female", "region=139901001002") == 28000
    assert priced(rich, "sex=male", "region=south-1") == 35000
    assert priced(rich, "sex=female", "region=north-1") == 35000
    with pytest.raises(SystemExit):
        priced(rich, "region=nowhere")


def test_the_trial_offers_the_places_that_the_notice_names(rich, cast, sign_in):  # noqa: F811
    url = reverse("policy-trial", args=[rich.slug])
    page = sign_in("alice").get(f"{url}?sex=female&region=south").content.decode()
    assert "西湖村" in page and "城南乡" in page and "280.00" in page
    about = sign_in("alice").get(reverse("policy", args=[rich.slug])).content.decode()
    assert "住在城南乡" in about


def test_a_place_that_the_campaign_does_not_have_is_refused_at_its_line(rich, tmp_path):  # noqa: F811
    wrong = RICH.read_text("utf-8").replace('"south", "139901001002"', '"south", "sooth-1"')
    wrong = wrong.replace("small-regions.csv", str(RICH.with_name("small-regions.csv")))
    path = tmp_path / "wrong.toml"
    path.write_text(wrong, "utf-8")
    with pytest.raises(Refused) as caught:
        load_notice(path, by=User.system(), now=NOW, practice=True)
    assert "when.region" in caught.value.messages[0] and "sooth-1" in caught.value.messages[0]


def test_nothing_is_looked_up_where_the_notice_does_not_ask(campaign, make_resident):
    person = make_resident("王小明", number=WOMAN)
    assert places.facts_of(campaign.policy, person, person.village) == {}
