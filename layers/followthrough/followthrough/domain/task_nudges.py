"""The nudge that asks a rep about a task: whether they came, how it went."""

from collections.abc import Sequence

from followthrough.domain.gsm7 import to_gsm7
from followthrough.domain.leads import Outcome
from followthrough.domain.names import plain_line, shortened, without_addresses
from followthrough.domain.nudge_answers import in_a_row, task_answers, with_answers
from followthrough.domain.nudges import NudgeEmail, NudgeFacts, why_you

_LONGEST_QUESTION = 300
_LONGEST_WRITTEN = 100


def task_text(facts: NudgeFacts, question: str, outcomes: Sequence[Outcome], link: str, code: str | None) -> str:
    """The question, the link and the words to answer with: two segments at most, as `with_answers` says."""
    return with_answers(to_gsm7(_asked(facts, question)), link, code, task_answers(outcomes))


def task_email(facts: NudgeFacts, question: str, outcomes: Sequence[Outcome], link: str) -> NudgeEmail:
    """The same for a rep who is notified by e-mail."""
    paragraphs = [
        _asked(facts, question),
        f"Why: {facts.purpose}",
        f"Answer with one press:\n{link}",
        f"Or text: {in_a_row(outcomes)}",
    ]
    return NudgeEmail(subject=shortened(question, 78), body="\n\n".join(paragraphs), lead_phone=None)


def _asked(facts: NudgeFacts, question: str) -> str:
    wrote = plain_line(without_addresses(facts.wrote), _LONGEST_WRITTEN)
    news = f'They wrote: "{wrote}"' if wrote else ""
    return " ".join(filter(None, (why_you(facts), plain_line(question, _LONGEST_QUESTION), news)))
