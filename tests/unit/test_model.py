"""Copies of records: made by us, because planning makes so many, and just like pydantic's."""

from pydantic import BaseModel

from tests.unit.building import at, lead_of

LEAD = lead_of(at("2026-11-30 10:00"))


def test_a_copy_is_what_pydantic_would_have_made() -> None:
    for update in (None, {}, {"note": "They have a dog."}, {"note": None, "version": 3}):
        ours, theirs = LEAD.model_copy(update=update), BaseModel.model_copy(LEAD, update=update)
        assert ours == theirs
        assert ours.model_fields_set == theirs.model_fields_set
        assert ours.model_dump_json() == theirs.model_dump_json()
        assert ours.model_extra == theirs.model_extra


def test_what_was_copied_stays_as_it_was() -> None:
    before = LEAD.model_dump_json()
    changed = LEAD.model_copy(update={"note": "They have a dog.", "status": "won"})
    assert (changed.note, changed.status) == ("They have a dog.", "won")
    assert LEAD.model_dump_json() == before
    assert "note" not in LEAD.model_fields_set


def test_a_deep_copy_shares_nothing() -> None:
    deep = LEAD.model_copy(update={"version": 3}, deep=True)
    assert deep == LEAD.model_copy(update={"version": 3})
    assert deep.profile is not LEAD.profile
