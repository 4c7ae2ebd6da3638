"""What is texted to reps about a lead without asking them for anything. Each is one segment."""

from followthrough.domain.gsm7 import cut_to, septets, to_gsm7
from followthrough.domain.names import full_name, plain_line, without_addresses

_ROOM = 160
_LONGEST_NAME = 28


def wrote_after_a_stop(lead: str | None, words: str | None) -> str:
    """They had asked us to stop, and have written something now that doesn't take it back."""
    return _wrote(lead, ", who had asked us to stop, wrote", words, "Answer only if they ask.")


def wrote_and_cannot_be_called(lead: str | None, words: str | None) -> str:
    """They have written, and nobody can be asked to call them: their number was said to be somebody else's."""
    return _wrote(lead, " wrote", words, "Don't call: it isn't their number. Answer by e-mail.")


def _wrote(lead: str | None, how: str, words: str | None, what_to_do: str) -> str:
    name = cut_to(to_gsm7(full_name(lead) or ""), _LONGEST_NAME) or "A lead"
    before, after = f'{name}{how}: "', f'". {what_to_do}'
    wrote = to_gsm7(plain_line(without_addresses(words), 300) or "") or "(no words)"
    return f"{before}{cut_to(wrote, _ROOM - septets(before + after))}{after}"
