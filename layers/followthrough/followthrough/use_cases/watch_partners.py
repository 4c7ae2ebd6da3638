"""The watchdog's look at partners: nobody waits for one that is free or paused, and the manager hears who is quiet."""

from collections.abc import Callable
from functools import partial

from followthrough.domain.dispatch import PartnerState, has_room
from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.partner_nudges import gone_quiet
from followthrough.domain.partners import Partner
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.handing_over import clear_out
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import retried

LOOKED_AT_EACH = 15
"""Minutes. Whatever ends a hand-off gives the next lead itself; this only mends what a crash left undone."""


def watch_partners(services: SendingServices, on_error: Callable[[str, Exception], None]) -> tuple[str, ...]:
    """Called each minute; lines are looked at each quarter of an hour. Answers with the ids of the leads that it gave:
    none, unless something had gone wrong before. One partner's failure never keeps the others waiting: it is handed to
    `on_error` with the partner's id.
    """
    partners = services.settings.partners.partners
    states = services.partners.states([each.id for each in partners]) if partners else {}
    given: list[str] = []
    for each in partners:
        try:
            given += _see_to(services, each, states[each.id])
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own partner
            on_error(each.id, error)
    return tuple(given)


def _see_to(services: SendingServices, each: Partner, state: PartnerState) -> list[str]:
    if state.paused == "quiet" and not state.manager_knows:
        _tell_manager(services, each)
    if services.clock().minute % LOOKED_AT_EACH:
        return []
    if state.paused or each.paused:
        clear_out(services, each.id)
        return []
    return [lead.id for lead in hand_out(services, each.id)] if has_room(each, state) else []


def _tell_manager(services: SendingServices, each: Partner) -> None:
    try:
        services.texter.send(services.settings.team.manager.phone, gone_quiet(each))
    except (SendingRefused, SendingThrottled):
        services.measure("NudgesFailed", 1)
        return  # the next minute brings the next try
    except SendingUnknown:
        pass
    retried(partial(services.partners.note_told, each.id))
