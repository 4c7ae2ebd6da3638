"""Steps that no cadence has written: call-backs, what came outside of any plan, and steps of earlier versions."""

from followthrough.domain.cadence import (
    CALL_BACK,
    Step,
    Wait,
)
from followthrough.domain.leads import (
    WhyCallBack,
)

CONTACT = "contact"
ANSWER = "answer"
PARTNER_ANSWER = "partner-answer"
WHY_CALL_BACK: dict[WhyCallBack, str] = {
    "call_back": "They asked to be called at this time.",
    "in_conversation": "You have spoken before: take it up again, and agree a next step with a date.",
    "thinking": "They wanted time to think: ask what they have decided.",
    "later": "They said not now, and to ask again about this time: see whether it suits them better.",
    "replied": "They have written to us: read it, and answer. What was agreed before may still hold.",
}
"""The purpose of a call-back, by what it is about."""
MAY_WANT_STOP = "They have written to us, and may want us to stop: read it, and decide."
"""The purpose of the call-back after words that no machine may judge."""
AT_ONCE = Wait("0m")
_CONTACT = Step(name=CONTACT, do="call", after=AT_ONCE, purpose="We were in touch outside of any planned call.")
_ANSWER = Step(name=ANSWER, do="email", after=AT_ONCE, purpose="They told us by themselves.")
_PARTNER_ANSWER = Step(name=PARTNER_ANSWER, do="email", after=AT_ONCE, purpose="The partner told us by itself.")
OUTSIDE_THE_CADENCE = (CALL_BACK, CONTACT, ANSWER, PARTNER_ANSWER)
OUTSIDE_THE_PLAN = {step.name: step for step in (_CONTACT, _ANSWER, _PARTNER_ANSWER)}
EVENT = Step(
    name="event", do="task", outcomes=["done"], after=AT_ONCE, purpose="Another system of the business told us."
)


def earlier(name: str) -> Step:
    """A step that was made before the pursuit went over to a version without it."""
    return Step(name=name, do="call", after=AT_ONCE, purpose="A step of an earlier version of this cadence.")
