"""Let the machine begin with another pursuit of a lead."""

from followthrough.domain.leads import Lead
from followthrough.use_cases.ports import Services


def hand_over(services: Services, before: Lead, after: Lead) -> str | None:
    """Start the pursuit that took another one's place; the other's execution is woken if it waits, and finishes.

    Answers with the kind of error for which that failed, as `waking.wake` does.
    """
    token = before.ask.token if before.ask else None
    try:
        services.machine.start(after.pursuit_id, after.pursuit.run)
        if token:
            services.machine.answer(token)
    except Exception as error:  # noqa: BLE001 - as in waking.wake
        return type(error).__name__
    return None
