"""Let the machine know that a new fact was recorded. Nothing depends on it: a failed wake-up can delay, never lose."""

from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import next_run
from followthrough.use_cases.ports import Services


def wake(services: Services, before: Lead, after: Lead) -> None:
    """Answer the open task token; without one, start a new run if the plan has moved earlier.

    With a later or unchanged plan the machine sleeps on: it plans afresh when it wakes.
    Raises ChangedMeanwhile when somebody else has recorded something since, and has woken the machine.
    """
    if before.ask and before.ask.token and after.ask is None and services.machine.answer(before.ask.token):
        return
    if _is_earlier(before, after):
        again = services.store.save(next_run(after, services.clock()))
        services.machine.start(again.pursuit_id, again.pursuit.run)


def _is_earlier(before: Lead, after: Lead) -> bool:
    if after.next_touch_at is None:
        return False
    return before.next_touch_at is None or after.next_touch_at < before.next_touch_at
