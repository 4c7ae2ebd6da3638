"""How long what is known about a lead is kept."""

from datetime import datetime, timedelta

from followthrough.domain.leads import Lead


def kept_until(lead: Lead, keep_data_days: int) -> datetime | None:
    """When everything about a lead is to be erased; None while it is open."""
    if lead.is_open or lead.closed_at is None:
        return None
    return lead.closed_at + timedelta(days=keep_data_days)
