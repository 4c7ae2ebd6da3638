"""Whatever cadence anybody writes: what `preview` shows is what is done, and what `simulate` counts."""

import os
from typing import get_args

from hypothesis import HealthCheck, Phase, given, settings

from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.forecast import follow
from followthrough.domain.leads import CallOutcome
from followthrough.domain.preview import Assumed
from tests.unit.carrying_out import Story, executed, lines, previewed, stories

EXAMPLES = int(os.environ.get("FOLLOWTHROUGH_EXAMPLES", "25"))

ANYTHING: tuple[Assumed, ...] = (
    "silent",
    *(said for said in (*get_args(CallOutcome), *get_args(TaskOutcome)) if said != "cannot_take"),
)

for_any_story = settings(
    max_examples=EXAMPLES,
    derandomize="FOLLOWTHROUGH_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


@for_any_story
@given(stories())
def test_what_is_previewed_is_what_is_done(story: Story) -> None:
    shown, engine = previewed(story), executed(story)
    assert lines(touch for touch in engine.timeline if touch.due_at < story.until) == lines(shown.touches)
    assert engine.lead.status == shown.status


@for_any_story
@given(stories(brings=ANYTHING))
def test_so_it_is_whatever_is_reported(story: Story) -> None:
    shown, engine = previewed(story), executed(story)
    assert lines(touch for touch in engine.timeline if touch.due_at < story.until) == lines(shown.touches)
    assert engine.lead.status == shown.status


@for_any_story
@given(stories(brings=("no_answer",)))
def test_what_is_previewed_is_what_simulate_counts(story: Story) -> None:
    followed = follow(story.lead, story.planner, story.settings, (0,), 1, story.until, story.version_of)
    made = [(touch.due_at, touch.channel) for touch in previewed(story).touches if touch.status != "skipped"]
    assert sorted((due.at, due.channel) for due in followed.touches) == sorted(made)
