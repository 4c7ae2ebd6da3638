"""What a message needs before it can be said, and whether a lead's record has it."""

import pytest

from followthrough.domain.needs import RECORDED, needs, on_record
from tests.unit.building import at, lead_of


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("Did you give up on {{ problem }} to {{ goal }}?", {"problem", "goal"}),
        ("Hi {{ first_name or 'there' }}, {{ business_name }}.", set()),
        ("{% if goal %}{{ goal }}{% endif %} {{problem}}", {"problem"}),
        ("{% if a %}x{% elif service %}{{ service }}{% endif %}", set()),
    ],
)
def test_a_message_needs_what_it_inserts_as_it_is(source: str, needed: set[str]) -> None:
    assert needs([source]) == needed


def test_the_words_for_all_channels_count_together() -> None:
    assert needs(["{{ goal }}", "{{ phone }}"]) == {"goal", "phone"}


@pytest.mark.parametrize("name", RECORDED)
def test_nothing_is_on_record_that_nobody_told(name: str) -> None:
    silent = lead_of(at("2026-11-23 10:00"), email="ann@example.com", phone=None, name=" ", service="other")
    assert not on_record(name, silent)


def test_what_was_told_is() -> None:
    told = {"name": "Ann Lee", "service": "Deck", "problem": "rot", "goal": "a party", "message": "Hello"}
    lead = lead_of(at("2026-11-23 10:00"), **told).model_copy(  # type: ignore[arg-type]  # fields of the profile
        update={
            "rep": "ana",
            "appointment_at": at("2026-11-24 10:00"),
            "spoken_at": at("2026-11-23 10:05"),
            "next_step": "Ask your sister",
            "note": "Friendly",
        }
    )
    assert all(on_record(name, lead) for name in RECORDED)


def test_any_other_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        on_record("weather", lead_of(at("2026-11-23 10:00")))
