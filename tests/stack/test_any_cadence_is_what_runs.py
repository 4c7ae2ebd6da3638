"""Whatever cadence anybody writes: what `preview` shows is what the shipped machine does in a demo."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from followthrough.adapters.files import read_settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Touch
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview, preview
from local.commands.arguments import shipped_version
from local.demo import Demo, DemoRun
from local.posted_lead import PostedLead, read_posted_lead
from local.project import CONFIG
from local.scripts import read_script
from tests.stack.test_preview_is_what_runs import any_moment, phones, special_moment, zones
from tests.unit.random_cadences import seeds, version

EXAMPLES = int(os.environ.get("FOLLOWTHROUGH_EXAMPLES", "4"))
"""These few are the same each time; `make proofs` takes more, and others each time."""

assumed: st.SearchStrategy[Assumed] = st.sampled_from(("silent", "no_answer", "voicemail"))
NAME = "any-cadence"
BUSINESS = read_settings(CONFIG)
KNOWN = tuple(shipped_version(name).cadence for name in ("keep-in-touch", "went-quiet"))

Line = tuple[datetime, int, str, int, str, str, str]


@dataclass(frozen=True)
class Case:
    """A cadence, and a lead for it."""

    version: CadenceVersion
    posted: PostedLead
    assume: Assumed
    span: timedelta

    def version_of(self, name: str) -> CadenceVersion:
        return self.version if name == NAME else shipped_version(name)

    def previewed(self) -> Preview:
        lead = self.posted.lead(self.version, BUSINESS)
        planner = Planner.for_lead(lead, self.version, BUSINESS)
        until = self.posted.arrives + self.span
        return preview(lead, planner, BUSINESS, self.assume, until, version_of=self.version_of)

    def demonstrated(self, shown: Sequence[Touch]) -> DemoRun:
        """The demo, in which reps report at the moment at which the preview has them report."""
        said = [
            {"at": touch.due_at.isoformat(), "do": "report", "outcome": touch.outcome, "touch": touch.id}
            for touch in shown
            if touch.outcome
        ]
        with TemporaryDirectory() as scratch:
            folder, script = Path(scratch, NAME), Path(scratch, "script.json")
            write(self.version, folder)
            script.write_text(json.dumps(said))
            run = Demo(self.posted, self.span, read_script(script), folder).run()
        assert isinstance(run, DemoRun), run
        return run


def write(found: CadenceVersion, folder: Path) -> None:
    """As an admin would."""
    (folder / "messages").mkdir(parents=True)
    written = found.cadence.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    (folder / "cadence.json").write_text(json.dumps(written))
    for file, text in found.messages.items():
        (folder / "messages" / f"{file}.txt").write_text(text + "\n")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    found = version(NAME, draw(seeds), KNOWN)
    arrives = draw(special_moment | any_moment)
    phone = draw(phones)
    fields: dict[str, Any] = {
        "phone": phone,
        "email": "maya.thompson@example.com" if draw(st.booleans()) or not phone else None,
        "zone": draw(zones),
        "value": draw(st.sampled_from(["normal", "high"])),
        "audience": draw(st.sampled_from(["consumer", "company", "enterprise"])),
        "consent_to_text": draw(st.sampled_from(["true", "false"])),
    }
    given_ = {name: text for name, text in fields.items() if text is not None}
    with TemporaryDirectory() as scratch:
        file = Path(scratch, "lead.json")
        file.write_text(json.dumps(given_))
        posted = read_posted_lead(file, arrives.astimezone(UTC), {})
    return Case(found, posted, draw(assumed), timedelta(days=draw(st.sampled_from([1, 3, 12]))))


def lines(touches: Sequence[Touch]) -> list[Line]:
    """What preview and demo have to agree on; the first pursuit is 1, and touches of one second are in any order."""
    first = min((touch.pursuit for touch in touches), default=1)
    return sorted(
        (
            touch.due_at,
            touch.pursuit - first,
            touch.step,
            touch.n,
            touch.channel,
            touch.status,
            touch.reason or "",
        )
        for touch in touches
    )


@settings(
    max_examples=EXAMPLES,
    derandomize="FOLLOWTHROUGH_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(cases())
def test_touch_by_touch(case: Case) -> None:
    shown = case.previewed()
    run = case.demonstrated(shown.touches)
    assert lines(run.touches) == lines(shown.touches)
    assert run.failures == ()
    assert run.lead.status == shown.status
