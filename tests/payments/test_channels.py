"""Which channel of the notice a word in a payment file means."""

import pytest

from enrollment.errors import Refused
from payments.channels import called, resolve
from payments.models import Payment
from tests.payments.lines import Row
from tests.payments.policies import policy

CHANNELS = """
[[channels]]
key = "wechat"
name = "微信"
kind = "online"
steps = ["城市服务", "社保", "社保缴纳", "城乡居民医疗保险"]
synonyms = ["微信支付", "WeChat Pay", "财付通"]
clause = "六1"

[[channels]]
key = "bank"
name = "银行营业网点"
kind = "counter"
synonyms = ["银行柜台", "银行（柜面）"]

[[channels]]
key = "township"
name = "乡镇集中代缴"
kind = "on_behalf"
words = "乡镇、街道通过税务代征系统集中代缴"
"""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("微信", "wechat"),
        (" 微 信 ", "wechat"),
        ("wechat pay", "wechat"),
        ("ＷｅＣｈａｔ　Ｐａｙ", "wechat"),  # full width
        ("银行(柜面)", "bank"),  # half-width brackets
        ("乡镇集中代缴", "township"),
        ("银行", ""),  # only part of a word: nothing is guessed
        ("微信银行柜台", ""),
        ("支付宝", ""),
        ("bank", ""),  # keys are ours, not the files'
        ("", ""),
    ],
)
def test_a_word_means_a_channel(text, key):
    assert resolve(policy(CHANNELS), text) == key


def test_pages_call_a_channel_as_the_notice_does():
    assert called(policy(CHANNELS), "财付通") == "微信"
    assert called(policy(CHANNELS), "支付宝") == "支付宝"
    assert called(policy(), "财付通") == "财付通"


def test_the_page_of_a_payment_calls_its_channel_as_the_notice_does(sign_in, campaign, take):
    version = campaign.policy_versions.get()
    campaign.policy_versions.update(source=version.source + CHANNELS)
    take([Row(channel="财付通")])
    payment = Payment.objects.get()
    assert payment.channel == "财付通"  # as the file says it: line keys are made of it
    page = sign_in("alice").get(f"/c/{campaign.slug}/payments/{payment.pk}/").content.decode()
    assert "<span>微信</span>" in page and "财付通" not in page


def test_without_channels_no_word_means_one():
    assert resolve(policy(), "微信") == ""


def test_steps_keep_their_order():
    wechat = policy(CHANNELS)["channels"][0]
    assert wechat.steps == ("城市服务", "社保", "社保缴纳", "城乡居民医疗保险")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "bank"', 'key = "wechat"', "channels[2].key"),
        ('"银行柜台"', '"微 信"', "channels[2].synonyms"),
        ('name = "乡镇集中代缴"', 'name = "银行柜台"', "channels[3].name"),
        ('kind = "counter"', 'kind = "window"', "channels[2].kind"),
        ('steps = ["城市服务", "社保",', "steps = [1,", "channels[1].steps[1]"),
        ('kind = "counter"', 'kind = "counter"\nfee = 2', "channels[2].fee"),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, said):
    with pytest.raises(Refused) as caught:
        policy(CHANNELS.replace(old, new, 1))
    assert [said] == [m.split("，")[1].split("：")[0] for m in caught.value.messages][:1]
