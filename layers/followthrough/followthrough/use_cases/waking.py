"""Let the machine know that a new fact was recorded. Nothing depends on it: a failed wake-up can delay, never lose."""

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import next_run
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.ports import Services
from followthrough.use_cases.starting import hand_over

__all__ = ["hand_over", "wake"]


def wake(services: Services, before: Lead, after: Lead) -> str | None:
    """Answer the open task token; without one, start a new run if the plan has moved earlier. A partner that hasn't got
    the lead any more gets its next one.

    With a later or unchanged plan the machine sleeps on: it plans afresh when it wakes. Answers with the kind of error
    for which the machine could not be woken, which nobody who recorded a fact needs to care about: the watchdog comes
    for what is overdue.
    """
    try:
        _wake(services, before, after)
        if before.placed and before.placed != after.placed:
            hand_out(services, before.placed.partner)
    except Exception as error:  # noqa: BLE001 - the fact is recorded, and must not be answered as if it weren't
        return type(error).__name__
    return None


def _wake(services: Services, before: Lead, after: Lead) -> None:
    token = before.ask.token if before.ask else None
    waits_no_more = after.ask is None or after.ask.token != token
    if token and waits_no_more and services.machine.answer(token):
        return
    while _is_earlier(before, after) and _is_same_run(before, after):
        try:
            again = services.store.save(next_run(after, services.clock()))
        except ChangedMeanwhile:
            after = services.store.load(after.id)  # somebody recorded something, and need not have woken anything
        else:
            services.machine.start(again.pursuit_id, again.pursuit.run)
            return


def _is_same_run(before: Lead, after: Lead) -> bool:
    return (before.pursuit.number, before.pursuit.run) == (after.pursuit.number, after.pursuit.run)


def _is_earlier(before: Lead, after: Lead) -> bool:
    if after.next_touch_at is None:
        return False
    return before.next_touch_at is None or after.next_touch_at < before.next_touch_at
