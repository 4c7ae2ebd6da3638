"""What `preview` shows is what the machine does, touch by touch, whenever and wherever a lead arrives."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock
from zlib import crc32
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from followthrough.adapters.files import read_cadence_version, read_json, read_settings
from followthrough.domain import preview as previewing
from followthrough.domain.in_thought import InThought
from followthrough.domain.leads import Lead, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview
from local.commands.arguments import shipped_version
from local.project import CADENCES, CONFIG
from tests.stack.following import MAYA, Follow

EXAMPLES = int(os.environ.get("FOLLOWTHROUGH_EXAMPLES", "8"))
"""These few are chosen the same each time; `make proofs` takes more, and others each time."""

HOURS = read_settings(CONFIG)
VERSIONS = {
    name: read_cadence_version(CADENCES / name) for name in ("speed-to-lead", "patient-caller", "keep-in-touch")
}

DAYS_OF_CLOCK_CHANGES = [
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2027, 3, 14, tzinfo=UTC),
    datetime(2028, 3, 26, tzinfo=UTC),
]
HOLIDAYS = [datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC), datetime(2027, 7, 4, tzinfo=UTC)]
LEAP_DAY = datetime(2028, 2, 28, tzinfo=UTC)

any_moment = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1)).map(  # noqa: DTZ001 - it gets its zone below
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
special_moment = st.builds(
    lambda day, seconds: day + timedelta(seconds=seconds),
    st.sampled_from([*DAYS_OF_CLOCK_CHANGES, *HOLIDAYS, LEAP_DAY]),
    st.integers(-12 * 3600, 36 * 3600),
)
zones = st.sampled_from(
    [
        None,
        "America/New_York",
        "America/Chicago",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/St_Johns",
        "Pacific/Honolulu",
        "Europe/Berlin",
        "Australia/Lord_Howe",
    ]
)
phones = st.sampled_from([None, "917-555-0142", "305-555-0142", "415-555-0142", "401-555-0142", "+44 20 7946 0123"])
outcomes = st.lists(st.sampled_from(["silent", "no_answer", "voicemail"]), min_size=1, max_size=7)

Line = tuple[str, str, datetime, str, str | None, str | None]


def lines(touches: list[Touch] | tuple[Touch, ...]) -> list[Line]:
    """What preview and demo have to agree on; touches of one second in any order."""
    agreed = [(touch.step, touch.channel, touch.due_at, touch.status, touch.reason, touch.outcome) for touch in touches]
    return sorted(agreed, key=lambda line: (line[2], line[0]))


@contextmanager
def following(cadence: str, arrives: datetime) -> Iterator[Follow]:
    """The stack at that moment, where new leads begin this cadence."""
    with TemporaryDirectory() as scratch:
        config = Path(scratch, "config")
        shutil.copytree(CONFIG, config)
        business = read_json(CONFIG / "business.json") | {"cadences": {"arrival": cadence}}
        (config / "business.json").write_text(json.dumps(business))
        with Follow.open(f"{arrives:%Y-%m-%d %H:%M:%S}", "UTC", {"config": config}) as follow:
            yield follow


def previewed(lead: Lead, outcome_of: Callable[[str], Assumed], until: datetime) -> Preview:
    """What preview shows, with an outcome of its own for each call."""
    carried_out = previewing._carried_out

    def with_its_outcome(
        lead: Lead, planned: PlannedTouch, planner: Planner, thought: InThought, _: Assumed, now: datetime
    ) -> tuple[Lead, previewing.Made]:
        return carried_out(lead, planned, planner, thought, outcome_of(planned.id), now)

    with mock.patch.object(previewing, "_carried_out", with_its_outcome):
        planner = Planner.for_lead(lead, VERSIONS[lead.pursuit.cadence], HOURS)
        return previewing.preview(lead, planner, HOURS, "silent", until, version_of=shipped_version)


@settings(
    max_examples=EXAMPLES,
    derandomize="FOLLOWTHROUGH_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(
    cadence=st.sampled_from(sorted(VERSIONS)),
    arrives=st.one_of(any_moment, special_moment),
    zone=zones,
    phone=phones,
    has_email=st.booleans(),
    value=st.sampled_from(["normal", "high"]),
    brings=outcomes,
    days=st.sampled_from([1, 2, 7]),
)
@example(
    cadence="patient-caller",
    arrives=datetime(2026, 11, 24, 1, 15, tzinfo=UTC),
    zone=None,
    phone="917-555-0142",
    has_email=True,
    value="normal",
    brings=["silent", "voicemail", "no_answer"],
    days=24,
)
@example(
    cadence="keep-in-touch",
    arrives=datetime(2027, 3, 12, 15, tzinfo=UTC),
    zone="America/Chicago",
    phone="917-555-0142",
    has_email=True,
    value="normal",
    brings=["no_answer", "silent"],
    days=130,
)
@example(
    cadence="speed-to-lead",
    arrives=datetime(2026, 11, 23, 15, tzinfo=UTC),
    zone=None,
    phone="917-555-0142",
    has_email=True,
    value="high",
    brings=["silent", "voicemail", "no_answer"],
    days=22,
)
def test_touch_by_touch(
    cadence: str,
    arrives: datetime,
    zone: str | None,
    phone: str | None,
    has_email: bool,  # noqa: FBT001 - hypothesis passes arguments by name
    value: str,
    brings: list[Assumed],
    days: int,
) -> None:
    def outcome_of(touch_id: str) -> Assumed:
        return brings[crc32(touch_id.encode()) % len(brings)]

    email = MAYA["email"] if has_email or not phone else None
    with following(cadence, arrives) as follow:
        assert follow.post(phone=phone, email=email, zone=zone, value=value, postal_code=None).status == 202
        until = arrives + timedelta(days=days)
        shown = previewed(follow.lead.model_copy(update={"next_touch_at": None}), outcome_of, until)
        for touch in shown.touches:
            if touch.outcome:
                follow.stack.call_at(touch.due_at, partial(follow.report, touch.outcome, touch_id=touch.id))
        follow.stack.run_until(until + timedelta(hours=1))  # so that nothing is in the middle of being asked for
        executed = [touch for touch in follow.timeline if touch.due_at < until]
        assert lines(executed) == lines(shown.touches)
        assert follow.stack.failures == []
        assert follow.lead.status == shown.status


def test_it_covers_days_on_which_the_clocks_change() -> None:
    """The days above are the ones: in New York, New York and Berlin."""
    follow_zones = [
        ("America/New_York", 2026, 11, 1),
        ("America/New_York", 2027, 3, 14),
        ("Europe/Berlin", 2028, 3, 26),
    ]
    for name, year, month, day in follow_zones:
        noon_before = datetime(year, month, day, 12, tzinfo=ZoneInfo(name)) - timedelta(days=1)
        noon = datetime(year, month, day, 12, tzinfo=ZoneInfo(name))
        assert noon.utcoffset() != noon_before.utcoffset()
