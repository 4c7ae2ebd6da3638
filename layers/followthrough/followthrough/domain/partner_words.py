"""What a partner says of a lead, in the words of reps and managers."""

from followthrough.domain.leads import Outcome

IN_WORDS: dict[Outcome, str] = {
    "transferred": "they talk to each other",
    "scheduled": "estimate scheduled",
    "not_yet": "no news yet",
    "declined": "the lead said no",
    "cannot_reach": "can't reach the lead yet",
    "needs_help": "needs help from us",
    "busy": "too busy, skip them",
    "not_for_us": "not their trade or area",
}
