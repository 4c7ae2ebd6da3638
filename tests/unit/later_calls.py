"""Reps who are asked for calls that need not buzz one by one, and senders that fail them."""

from followthrough.domain.business import Settings
from followthrough.domain.errors import SendingRefused
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import OutgoingEmail
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive
from tests.unit.building import cadence_of
from tests.unit.fakes import BY_SAMPLE, FakeMailer, FakeStore, FakeTexter, World, business_changed, sample_settings

ANA = "+12125550111"


class TexterThatFails(FakeTexter):
    """Refuses everything from some moment on."""

    failing = False

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error or SendingRefused("OptedOut")

    def send(self, phone: str, body: str) -> str:
        if self.failing:
            raise self.error
        return super().send(phone, body)


class TexterThatDies(FakeTexter):
    """The process dies while it sends, as often as told."""

    deaths = 0

    def send(self, phone: str, body: str) -> str:
        if self.deaths:
            self.deaths -= 1
            raise MemoryError
        return super().send(phone, body)


class FailingMailer(FakeMailer):
    """Refuses everything."""

    def send(self, email: OutgoingEmail) -> str:
        raise SendingRefused("MessageRejected")


def just_ana(settings: Settings | None = None, *ways: str) -> Settings:
    """A firm where every call goes to Ana first."""
    settings = settings or sample_settings()
    ana = settings.team.reps[0].model_copy(update={"notify": list(ways or ("text",))})
    team = settings.team.model_copy(update={"reps": [ana]})
    return settings.model_copy(update={"team": team})


def new_lead(world: World, number: int = 0) -> str:
    return arrive(world, name=f"Lead {number}", email=f"lead{number}@example.com", phone=f"212-555-010{number}")


def due(world: World, lead_id: str) -> NextTouch:
    lead = world.store.load(lead_id)
    return plan_next_touch(world.services, lead.pursuit_id, lead.pursuit.run)


def ask(world: World, lead_id: str = "lead1") -> TouchRequest:
    """The rep is asked for the lead's next call, when it is due."""
    touch = due(world, lead_id)
    assert touch.channel == "call"
    world.clock.now = max(world.clock.now, touch.due_at)
    request = TouchRequest(pursuit_id=f"{lead_id}-1", run=1, touch_id=touch.touch_id)
    assert ask_rep_to_call(world.services, request) == "asked"
    return request


def texts(world: World) -> list[str]:
    return [words for phone, words in world.texter.sent if phone == ANA]


def world_of_later_calls(
    leads: int = 3,
    texter: FakeTexter | None = None,
    mailer: FakeMailer | None = None,
    ways: tuple[str, ...] = ("text",),
    store_kind: type[FakeStore] = FakeStore,
    **later: object,
) -> World:
    """So many leads, all called by Ana once in vain at ten; each has another call to come, all at the same time."""
    second = {"name": "second", "after": "2h", "of": "first", "message": "call-again", **later}
    third = {"name": "third", "after": "9h", "of": "first", "message": "call-again"}
    version = cadence_of({"name": "first", "after": "0m", "message": "first-call"}, second, third).model_copy(
        update={"messages": World().cadence.messages}
    )
    settings = just_ana(business_changed(cadences=BY_SAMPLE), *ways)
    world = World(
        cadence=version,
        settings=settings,
        texter=texter or FakeTexter(),
        mailer=mailer or FakeMailer(),
        store_kind=store_kind,
    )
    for number in range(leads):
        lead_id = new_lead(world, number)
        ask(world, lead_id)
        report_outcome(world.services, lead_id, Report("no_answer"))
    world.texter.sent.clear()
    world.mailer.sent.clear()
    return world


def waiting(world: World) -> set[str]:
    """The leads whose calls wait for Ana's next text."""
    found = world.team.state().waiting.get("ana")
    return {call.lead_id for call in found.calls} if found else set()
