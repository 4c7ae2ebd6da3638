"""A lead asks to be left alone."""

from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import opt_out
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import retried
from followthrough.use_cases.waking import wake


def find_subscriber(services: Services, token: str) -> Lead:
    """The lead that an unsubscribe link belongs to. Raises NotFound."""
    return services.store.load(services.store.find_by_unsubscribe_token(token))


def unsubscribe(services: Services, token: str) -> Lead:
    """Suppress the lead's e-mail address and stop following up. Doing it twice is doing it once.

    Raises NotFound for an unknown token.
    """
    return retried(lambda: _unsubscribe(services, token))


def _unsubscribe(services: Services, token: str) -> Lead:
    lead, now = find_subscriber(services, token), services.clock()
    if lead.status == "opted_out" or not lead.profile.email:
        return lead
    stopped = services.store.suppress(opt_out(lead, now), "email", lead.profile.email, "unsubscribed", now)
    wake(services, lead, stopped)
    return stopped
