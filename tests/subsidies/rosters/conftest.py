import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.subsidies.rosters.lists import write


@pytest.fixture
def roster(campaign, tmp_path):
    """roster(rows or a path, "--accept", …) → what import_roster answers."""

    def roster(rows, *options, title="", name="名单.csv", source="civil-affairs", on="2022-09-30"):
        path = rows if hasattr(rows, "read_bytes") else write(tmp_path / name, rows, title)
        out, err = StringIO(), StringIO()
        try:
            call_command(
                "import_roster", campaign.slug, str(path), "--source", source, "--as-of", on,
                "--json", *options, stdout=out, stderr=err,
            )  # fmt: skip
        except SystemExit as stopped:
            stopped.add_note(err.getvalue())
            raise
        return json.loads(out.getvalue().splitlines()[-1])

    return roster
