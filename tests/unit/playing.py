"""Two leads, who may share a number, their reps, the manager and the state machine, who can do anything in any order.
Every message to the leads, and every call that is asked for, is judged by `Promises` at that very moment.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.business_events import APPOINTMENT_MADE, BusinessEvent
from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.email_events import BounceKind, EmailEventKind, TouchTags
from followthrough.domain.errors import NotFound, Refused, SendingThrottled, SendingUnknown, Suppressed
from followthrough.domain.lead_pages import can_be_undone
from followthrough.domain.leads import Lead, Outcome, Touch, split_pursuit_id
from followthrough.domain.places import Place
from followthrough.domain.reporting import ANSWERED_NO_ONE
from followthrough.use_cases.answering import NoThanks, NotNow, Said, answer_lead
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.business_events import receive_event
from followthrough.use_cases.closing import close, open_again
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.erasing import erase
from followthrough.use_cases.note_email_event import note_email_event
from followthrough.use_cases.people import Who
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import Guard, OutgoingEmail
from followthrough.use_cases.receive_email import IncomingEmail, receive_email
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Scope, Stop, start_again, stop
from followthrough.use_cases.watch_overdue import watch_overdue
from tests.unit.arriving import lead_in
from tests.unit.building import cadence_of
from tests.unit.fake_people import people_of
from tests.unit.fakes import BY_SAMPLE, FakeClock, FakeMailer, FakeStore, FakeTexter, World, business_changed
from tests.unit.mail_reports import FakeMailBook, report, services_of
from tests.unit.promises import ANY_HOUR, Address, Answering, Person, Promises, TouchKey
from tests.unit.wall_clock_oracle import WallClocks

NUMBERS = ("+12125550190", "+12125550191")
EMAILS = ("ann@example.com", "bob@example.com")
STEPS = (
    {"name": ANY_HOUR, "do": "email", "after": "0m", "any_hour": True, "if": {"arrived": "outside_hours"}},
    {"name": "first-call", "do": "call", "after": "0m", "if_silent": {"after": "5m", "do": "escalate"}},
    {"name": "tried", "do": "email", "after": "0m", "of": "first-call"},
    {"name": "note", "do": "text", "after": "1h"},
    {"name": "more", "do": "email", "after": "90m"},
    {"name": "word", "do": "text", "after": "2h"},
    {"name": "line", "do": "text", "after": "3h"},
    {"name": "calls", "do": "call", "day": "1-3", "times_a_day": 2},
    {"name": "news", "do": "email", "day": "2-6"},
    {"name": "hint", "do": "text", "day": "2-4", "times_a_day": 2},
    {"name": "weekly", "do": "email", "day": 7, "every": "1w"},
)
WORDS = {f"{step['name']}.email": "Subject: Hello\n\nHello." for step in STEPS if step["do"] != "call"}
WORDS |= {f"{step['name']}.text": "Hello." for step in STEPS if step["do"] in ("text", "email")}
WORDS |= {f"{name}.call": "Greet them." for name in ("first-call", "calls")}
SETTINGS = business_changed(cadences=BY_SAMPLE)
TROUBLES = (SendingThrottled, SendingUnknown)
TEXTS = {
    "stop": "STOP",
    "wrong person": "Wrong number, stop texting me",
    "start": "START",
    "help": "HELP",
    "perhaps": "ugh stop?",
    "reply": "Thursday after 3?",
    "no": "No thanks, not interested",
}
Words = Literal["stop", "wrong person", "start", "help", "perhaps", "reply", "no"]


class InterruptedStore(FakeStore):
    """Somebody else can be quicker: what is in `meanwhile` happens just before the next claim is written."""

    meanwhile: Callable[[], None] | None = None

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.written: list[tuple[Lead, Lead]] = []

    def _write(self, lead: Lead, touches: Sequence[Touch] = (), most: int = 1) -> Lead:
        before, after = self.leads.get(lead.id), super()._write(lead, touches, most)
        if before:
            self.written.append((before, after))
        return after

    def claim(
        self, lead: Lead, touch: Touch, passed: object = (), guard: Guard | None = None, nudge: object = None
    ) -> Lead:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return super().claim(lead, touch, passed, guard, nudge)  # type: ignore[arg-type]  # handed on as it came


@dataclass
class Execution:
    """One run of the state machine, and what it is about to do."""

    pursuit_id: str
    run: int
    planned: NextTouch | None = None
    token: str | None = None
    until: datetime | None = None


class Play:
    """The world, and everything that can happen in it. `who` is 0 or 1: Ann, who agreed to texts, or Bob."""

    def __init__(self, begins: datetime, zone: str, *, shared: bool) -> None:
        cadence = cadence_of(*STEPS, endless=True).model_copy(update={"messages": WORDS})
        self.world = World(FakeClock(begins), InterruptedStore, cadence=cadence, settings=SETTINGS)
        self.promises = Promises(SETTINGS.business.caps)
        self.trouble: type[Exception] | None = None
        self._zone = zone
        self.numbers = (NUMBERS[0], NUMBERS[0 if shared else 1])
        self._mail = FakeMailBook()
        self._executions: list[Execution] = []
        self._requests: list[tuple[TouchRequest, Literal["email", "text"]]] = []
        self._heard: list[tuple[Literal["text", "email"], int, Words, str]] = []
        self._ids = count(1)
        self.leads: list[str | None] = [None, None]
        self._listen_in(self.world.mailer, self.world.texter)
        self.post(0)
        self.post(1)

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def written(self) -> list[tuple[Lead, Lead]]:
        """What was written of the leads since this was last asked: each as it was, and as it is."""
        store = self.world.store
        assert isinstance(store, InterruptedStore)
        written, store.written = store.written, []
        return written

    def wall(self, days: int, hour: int) -> datetime:
        """That hour on the leads' own clocks, so many days from now: naive, as it is typed."""
        there = self.now.astimezone(ZoneInfo(self._zone)) + timedelta(days=days)
        return there.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)

    def _listen_in(self, mailer: FakeMailer, texter: FakeTexter) -> None:
        mail, text = mailer.send, texter.send

        def send_email(email: OutgoingEmail) -> str:
            return self._judged("email", email.to, lambda: mail(email))

        def send_text(phone: str, body: str) -> str:
            return self._judged("text", phone, lambda: text(phone, body))

        mailer.send = send_email  # type: ignore[method-assign]  # only here
        texter.send = send_text  # type: ignore[method-assign]  # only here

    def _judged(self, channel: Literal["text", "email"], address: str, send: Callable[[], str]) -> str:
        if address not in (*NUMBERS, *EMAILS):
            return send()
        self.promises.sending((channel, address), self.now)
        trouble, self.trouble = self.trouble, None
        if trouble is SendingThrottled:
            raise SendingThrottled("busy")
        self.promises.was_sent((channel, address), self.now)
        if trouble:
            raise trouble("no answer")
        return send()

    # -- the state machine

    def turn(self, number: int) -> None:
        """One of its executions goes one step further, if its time has come."""
        self._executions += [
            Execution(*started)
            for started in self.world.machine.started
            if started not in [(one.pursuit_id, one.run) for one in self._executions]
        ]
        self.world.machine.started.clear()
        waiting = [one for one in self._executions if one.planned is None or one.planned.do == "touch"]
        if waiting:
            self._turn(waiting[number % len(waiting)])

    def _turn(self, one: Execution) -> None:
        if one.planned is None:
            one.planned = plan_next_touch(self.world.services, one.pursuit_id, one.run)
            if one.planned.do == "renew":
                self.world.machine.start(one.planned.pursuit_id, one.planned.run)
        elif one.token:
            self._listen(one, one.planned, one.token)
        elif one.planned.due_at <= self.now:
            self._touch(one, one.planned)

    def _listen(self, one: Execution, planned: NextTouch, token: str) -> None:
        if token in self.world.machine.waiting:
            if one.until and self.now < one.until:
                return
            self.world.machine.waiting.remove(token)
            escalate_silent_rep(self.world.services, self._request(one, planned))
        one.planned = one.token = None

    def _touch(self, one: Execution, planned: NextTouch) -> None:
        request = self._request(one, planned)
        if planned.channel in ASKED_OF_REPS:
            one.token = f"task{next(self._ids)}"
            one.until = self.now + timedelta(seconds=planned.response_seconds)
            self.world.machine.waiting.add(one.token)
            asking = request.model_copy(update={"task_token": one.token})
            if ask_rep_to_call(self.world.services, asking) == "asked" and planned.channel == "call":
                self.promises.asked(split_pursuit_id(request.pursuit_id)[0], self.now)
            return
        channel: Literal["email", "text"] = "text" if planned.channel == "text" else "email"
        self._requests.append((request, channel))
        self._send(request, channel)
        one.planned = None

    def _request(self, one: Execution, planned: NextTouch) -> TouchRequest:
        return TouchRequest(pursuit_id=one.pursuit_id, run=one.run, touch_id=planned.touch_id)

    def _send(self, request: TouchRequest, channel: Literal["email", "text"]) -> None:
        lead_id, pursuit = split_pursuit_id(request.pursuit_id)
        with self.promises.during((lead_id, pursuit, request.touch_id)), suppress(SendingThrottled):
            send_message(self.world.services, request, channel)

    def send_again(self, number: int) -> None:
        """A function is called once more for a touch of before: late, or a second time."""
        if self._requests:
            self._send(*self._requests[-1 - number % len(self._requests)])

    def run_until_next(self) -> None:
        """The machine does what is due; then the clock goes on to what comes next, and the machine does that."""
        self._run()
        listening = [one.until for one in self._executions if one.token and one.until]
        due = [lead.next_touch_at for lead in self.world.store.leads.values() if lead.next_touch_at]
        self.world.clock.now = min((moment for moment in (*listening, *due) if moment > self.now), default=self.now)
        self._run()

    def _run(self) -> None:
        for number in range(2 * len(self._executions) + 4):
            self.turn(number)

    def watchdog(self) -> None:
        def fails(lead_id: str, error: Exception) -> None:
            raise AssertionError(f"{lead_id} can't be started again") from error

        watch_overdue(self.world.services, fails)

    # -- people

    def _lead(self, who: int) -> Lead | None:
        lead_id = self.leads[who]
        return lead_in(self.world, lead_id) if lead_id else None

    def post(self, who: int) -> None:
        fields = {
            "name": ("Ann", "Bob")[who],
            "email": EMAILS[who],
            "phone": self.numbers[who],
            "message": str(next(self._ids)),
        }
        fields |= {"zone": self._zone} | ({"consent_to_text": "yes"} if who == 0 else {})
        lead_id = receive_lead(self.world.services, fields).lead_id
        place = lead_in(self.world, lead_id).place
        self.leads[who] = lead_id
        clocks = WallClocks(Place(zones=place.zones, regions=place.regions, found_by="form"))
        self.promises.people[lead_id] = Person(
            EMAILS[who], self.numbers[who], who == 0, clocks, ZoneInfo(place.zones[0])
        )
        self.promises.closed.discard(lead_id)

    def press_stop(self, who: int, scope: Scope) -> None:
        if lead := self._lead(who):
            stop(self.world.services, lead.id, Stop(scope, "unsubscribed"))
            self._stopped(who, everything=scope == "everything")

    def _stopped(self, who: int, *, everything: bool) -> None:
        self.promises.stop(("email", EMAILS[who]))
        if everything:
            self.promises.stop(("text", self.numbers[who]))
            self.promises.closed.add(str(self.leads[who]))

    def press_undo(self, who: int) -> None:
        lead = self._lead(who)
        if lead and can_be_undone(lead, SETTINGS.business):
            with suppress(Suppressed):
                start_again(self.world.services, lead.id, "undone")
                self._started(who)

    def _started(self, who: int) -> None:
        self.promises.start(("email", EMAILS[who]), ("text", self.numbers[who]))
        self.promises.closed.discard(str(self.leads[who]))

    def answer_page(self, who: int, said: Said) -> None:
        if lead := self._lead(who):
            with suppress(Refused):
                answered = answer_lead(self.world.services, lead.id, said)
                if isinstance(said, NoThanks):
                    self.promises.closed.add(lead.id)
                elif not isinstance(said, NotNow) and answered.lead.is_open:
                    self.promises.closed.discard(lead.id)

    def text(self, who: int, words: Words, message_id: str = "") -> None:
        """A text from their number, whichever of them it is who wrote."""
        is_new, number = not message_id, self.numbers[who]
        message_id = message_id or f"m{next(self._ids)}"
        self._heard.append(("text", who, words, message_id))
        address: Address = ("text", number)
        with self.promises.during(Answering(address, words, self.promises.is_stopped(address))):
            receive_lead_text(self.world.services, number, TEXTS[words], message_id)
        if is_new:
            self._texted(address, words, [one for one in (0, 1) if self.leads[one] and self.numbers[one] == number])

    def _texted(self, address: Address, words: Words, everybody: list[int]) -> None:
        if words == "wrong person":
            self.promises.stop(address, whose="the_number's")
            self.promises.closed.update(str(self.leads[one]) for one in everybody)
        elif words == "stop":
            self.promises.stop(address)
            for one in everybody:
                self._stopped(one, everything=True)
        elif words == "start":
            self.promises.start(address, of_number=True)
            for one in everybody:
                self._started(one)
        elif words in ("perhaps", "reply"):
            self._wrote(*everybody, may_be_stop=words == "perhaps")

    def _wrote(self, *everybody: int, may_be_stop: bool) -> None:
        for who in everybody:
            lead = self._lead(who)
            if lead and lead.is_open:
                self.promises.wrote(lead.id, self.now, may_be_stop=may_be_stop)
                self.promises.closed.discard(lead.id)

    def email(self, who: int, words: Words, message_id: str = "") -> None:
        """An answer to one of our e-mails."""
        lead = self._lead(who)
        if lead is None:
            return
        is_new = not message_id
        message_id = message_id or f"m{next(self._ids)}"
        self._heard.append(("email", who, words, message_id))
        address: Address = ("email", EMAILS[who])
        body = TEXTS[words].replace("texting", "writing to")
        incoming = IncomingEmail(lead.token, EMAILS[who], "Re: Hello", body, message_id)
        with self.promises.during(Answering(address, words, self.promises.is_stopped(address))):
            receive_email(self.world.services, incoming)
        if not is_new:
            return
        if words in ("stop", "wrong person"):
            self._stopped(who, everything=words == "stop")
        elif words == "start":
            self._started(who)
        elif words in ("perhaps", "reply") or (words == "help" and "email" in lead.unusable):
            self._wrote(who, may_be_stop=words == "perhaps")  # a human has to answer

    def hear_again(self, number: int) -> None:
        """One of the latest messages is delivered a second time."""
        latest = self._heard[-6:]
        if latest:
            channel, who, words, message_id = latest[number % len(latest)]
            (self.text if channel == "text" else self.email)(who, words, message_id)

    def mail_report(self, who: int, kind: EmailEventKind, bounce: BounceKind | None, number: int) -> None:
        """SES reports something of an e-mail: of one that was sent to them, if there was one."""
        lead_id = self.leads[who]
        keys: list[TouchKey] = [key for key in self.promises.sent if key[0] == lead_id]
        tags = TouchTags(*keys[number % len(keys)]) if keys else TouchTags()
        event = report(
            kind, self.now, bounce=bounce, recipients=(EMAILS[who],), tags=tags, feedback_id=f"f{next(self._ids)}"
        )
        note_email_event(services_of(self.world, self._mail), event)
        if kind == "complaint":
            texts: Address = ("text", self.numbers[who])
            known = self.promises.is_stopped(texts) or lead_id is None
            self.promises.stop(("email", EMAILS[who]), whose="lasting")
            self.promises.closed.add(str(lead_id))
            if not known:
                self.promises.stop(texts, whose="lasting")
        elif bounce == "permanent":
            self.promises.stop(("email", EMAILS[who]), whose="lasting")

    def erase(self, who: int) -> None:
        """Their data is erased; where the number is the other one's too, that one may still be texted."""
        if lead_id := self.leads[who]:
            erase(people_of(self.world), Who(lead_id), lambda _: None)
            self.leads[who] = None
            self.promises.stop(("email", EMAILS[who]))
            self.promises.closed.add(lead_id)

    # -- the team

    def rep_reports(self, who: int, outcome: Outcome) -> None:
        """Of the call that is asked for, or of the last one."""
        if lead := self._lead(who):
            callback_at = self.now + timedelta(days=1) if outcome == "call_back" else None
            with suppress(NotFound, Refused):
                said = report_outcome(self.world.services, lead.id, Report(outcome, callback_at=callback_at))
                if said.result == "recorded":
                    self.promises.answered(lead.id, reached=outcome not in ANSWERED_NO_ONE)
                    self.promises.closed.discard(lead.id)

    def system_reports(self, who: int, name: str, hours: int) -> None:
        """Another system says that something happened so long ago; an appointment is agreed for as long from now."""
        if lead := self._lead(who):
            ago = timedelta(hours=hours if name == APPOINTMENT_MADE else -hours)
            with suppress(Refused):
                receive_event(self.world.services, Who(lead.id), BusinessEvent(name, self.now + ago))

    def manager_closes(self, hours: int) -> None:
        self.promises.closed_until = self.now + timedelta(hours=hours)
        close(self.world.services, self.promises.closed_until)

    def manager_opens(self) -> None:
        self.promises.closed_until = None
        open_again(self.world.services)

    # -- meanwhile

    def meanwhile(self, happens: Callable[[], None]) -> None:
        """It happens in the middle of the next claim."""
        assert isinstance(self.world.store, InterruptedStore)
        self.world.store.meanwhile = happens

    def breaks(self, trouble: type[Exception]) -> None:
        """The service is busy, or doesn't answer, when it is to send the next message."""
        self.trouble = trouble
