"""No two tables of a list bear the same key: the second is told, with the line of the first."""

import re
from pathlib import Path

import pytest

from enrollment import notice
from enrollment.errors import Refused

PIECES = sorted((Path(__file__).parent / "language").glob("*.toml"))
TEXT = "\n".join(path.read_text("utf-8") for path in PIECES)
LISTS = {
    "eligibility.exclusions": "key",
    "eligibility.kinds": "key",
    "windows": "key",
    "subsidies.categories": "key",
    "subsidies.supplements": "key",
    "channels": "key",
    "target_sets": "slug",
    "denominators": "key",
    "rankings": "key",
    "follow_up": "key",
    "appraisal.stages": "key",
    "appraisal.rewards": "key",
}


@pytest.mark.parametrize(("path", "by"), LISTS.items())
def test_a_key_that_is_used_already_is_told_with_its_first_line(path, by):
    head = rf"(?ms)^\[\[{re.escape(path)}\]\]\n.*?(?=^\[|\Z)"
    whole, other = re.search(head, TEXT), path.split(".")[0]
    block = whole[0].rstrip()
    first = TEXT[: whole.start()].count("\n") + 1
    name = re.search(rf'(?m)^{by} = "(.+)"$', block)[1]
    line = first + block[: block.index(f"{by} = ")].count("\n")
    with pytest.raises(Refused) as caught:
        notice.read_policy(f"{TEXT}\n{block}\n")
    told = [message for message in caught.value.messages if f"“{name}”" in message]
    again = [m for m in told if re.search(rf"{re.escape(path)}\[\d+\]\.{by}\b", m)]
    assert again and re.search(rf"\b{line}\b", again[0].split(by, 1)[1]), caught.value.messages
    assert other in again[0]


def test_a_place_has_one_target():
    again = "[targets]\ntitle = '任务'\n" + "[[targets.units]]\nname = '甲'\npersons = 1\n" * 2
    text = re.sub(r"(?ms)^\[targets\].*?(?=^\[\[target_sets\]\])", again, TEXT)
    with pytest.raises(Refused) as caught:
        notice.read_policy(text)
    (message,) = caught.value.messages
    assert "targets.units[2].name" in message and "“甲”" in message
