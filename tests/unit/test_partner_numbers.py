"""A text is known by its number, so a partner's number is nobody else's."""

import json
import shutil
from pathlib import Path

import pytest

from followthrough.adapters.files import read_settings
from followthrough.domain.errors import Unreadable
from tests.unit.fakes import ROOT


def test_a_partner_with_the_number_of_a_rep_is_refused_with_both_named(tmp_path: Path) -> None:
    config = shutil.copytree(ROOT / "config", tmp_path / "config")
    partners = json.loads((config / "partners.json").read_text("utf-8"))
    ana = read_settings(config).team.reps[0]
    partners["partners"][1]["phone"] = ana.phone
    (config / "partners.json").write_text(json.dumps(partners), "utf-8")
    with pytest.raises(Unreadable) as refused:
        read_settings(config)
    (finding,) = refused.value.findings
    assert finding.where == "partners[1].phone"
    assert finding.what == f"'{ana.id}' of team.json has the same phone number: give the partner another one"
