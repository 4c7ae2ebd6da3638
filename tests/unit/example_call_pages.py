"""The reps' pages in every state that a rep can meet, for the unit tests and for the browser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.rep_pages import (
    AskedCall,
    AskedPerson,
    AskedTask,
    CallPage,
    Closed,
    MyLeads,
    OnRecord,
    OpenLead,
    PartnerToCall,
    PastEntry,
    Reported,
    Stale,
    StillTold,
)

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 23, 15, 3, 20, tzinfo=UTC)  # Monday, 10:03 AM in New York
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

VOICEMAIL = (
    "Hi Ann, this is Ana Ruiz from Fernhill Home Improvement. Thank you for your kitchen remodel request. I have a "
    "couple of quick questions, so that we can give you a useful answer. Please call me at 212-555-0111, that's "
    "212-555-0111, or e-mail office@fernhill.example. Again, Ana Ruiz, 212-555-0111."
)
TALK_TRACK = """1. GREET
"Hi, is this Ann? This is Ana Ruiz at Fernhill Home Improvement. You sent us your kitchen remodel request on \
Monday, November 23. Is this a good moment?"
If it is a bad moment: agree a day and a time, and report it as "call back".

2. ASK WHAT THEY WANT, AND WHY NOW
"What would you like to have done?"
"What made you ask just now?"
Then say it back in their words, and ask whether you got it right.

3. OFFER SOMETHING THAT HELPS THEM GET IT
Answer what they asked first. Then offer the one thing that brings them nearer: a visit, a measurement, \
a written estimate.
Promise nothing about price or dates that you can't keep.

4. AGREE A NEXT STEP WITH A DATE
Offer two times and let them choose: "Would tomorrow at ten suit you, or Thursday at four?"

5. FOLLOW IT THROUGH
Say it once more, give your number (212-555-0111), thank them. Report the outcome and a note right away.

AFTER AN OBJECTION
Hear it out, answer it plainly, and go back to the step where it came up. A no is a good answer too."""

FIRST_CALL = CallPage(
    now=NOW,
    lead_zone=NEW_YORK,
    rep_zone=NEW_YORK,
    business_name="Fernhill Home Improvement",
    name="Ann Lee",
    request="Kitchen remodel",
    own_words="We'd like to open up the wall to the dining room. Is January possible?\n\nMornings are best.",
    phone="+19175550142",
    email="ann.lee@example.com",
    asked_at=NOW - 2 * MINUTE,
    form_id="q0Zt3rX5uB1f8n2k",
    touch="first-call.1",
    call=AskedCall(
        purpose="They asked just now, and the first to call is the one they remember.",
        n=1,
        voicemail="leave",
        voicemail_words=VOICEMAIL,
        talk_track=TALK_TRACK,
    ),
    times=(NOW.replace(minute=30) + HOUR, NOW.replace(minute=0, hour=20), NOW.replace(minute=0) + DAY),
)

PAST = (
    PastEntry(NOW - 2 * HOUR, "Call 3, Ana Ruiz", "No answer"),
    PastEntry(NOW - 20 * HOUR, "Call 2, Ben Okafor", "No answer"),
    PastEntry(NOW - DAY - 2 * HOUR, "E-mail: We tried to reach you", "Sent"),
    PastEntry(NOW - DAY - 2 * HOUR, "Call 1, Ana Ruiz", "Left voicemail: a man answered first, call after 5"),
    PastEntry(NOW - DAY - 3 * HOUR, "Asked us, by the web form"),
)

LATER_CALL = replace(
    FIRST_CALL,
    lead_zone=LOS_ANGELES,
    name="Dr. Maximiliane Featherstonehaugh-Ramachandran",
    request="Replace four upstairs windows and the patio door",
    asked_at=NOW - DAY - 3 * HOUR,
    touch="calls-of-day-one.4",
    call=AskedCall(
        purpose="The fourth try: people who asked a day ago have mostly not decided yet.",
        n=4,
        of=9,
        talk_track=TALK_TRACK,
        call_from=NOW + 57 * MINUTE,
    ),
    past=PAST,
    others=(AskedPerson("Ben Okafor", NOW - 31 * MINUTE, "has not reported"),),
    warnings=("Another lead has the same number: Bob Lee, asked on Friday for a garage door.",),
    record=OnRecord(problem="It is drafty", value="normal"),
    times=(NOW.replace(hour=18, minute=0), NOW.replace(hour=18, minute=0) + DAY),
)

NO_NUMBER = replace(FIRST_CALL, phone=None, name=None, own_words=None)
NOT_ASKED = replace(
    LATER_CALL,
    call=None,
    touch="",
    others=(),
    warnings=(),
    next_touch=("E-mail", NOW + 4 * HOUR),
)
NO_TIME_GIVEN = replace(
    FIRST_CALL,
    errors={"appointment_at": "Choose the day and time of the appointment."},
    typed={"outcome": "booked", "appointment_at": "Thursday at four"},
)
TIME_IS_PAST = replace(
    LATER_CALL,
    errors={"callback_at": "Choose a time that is still to come: it is 7:03 AM where they are."},
    typed={"outcome": "call_back", "callback_at": "2026-11-23T06:00"},
)
UNANSWERED = replace(
    FIRST_CALL,
    state=Reported("no_answer", "you", NOW),
    next_touch=("E-mail", NOW),
    further=True,
)
SPOKE = replace(
    LATER_CALL,
    state=Reported("in_conversation", "you", NOW),
    next_touch=("Call 5", NOW + 3 * DAY),
    further=True,
)
BOOKED = replace(
    LATER_CALL,
    state=Reported("booked", "you", NOW - MINUTE, agreed_at=NOW + DAY + 2 * HOUR),
    nothing_changed=True,
)
NOTE_TOO_LONG = replace(
    SPOKE,
    errors={
        "note": "Make it shorter: 1,000 characters at most, and these are 1,204.",
        "follow_up": "Choose a day that is still to come.",
        "preferred_channel": "Choose call, text or e-mail.",
    },
    typed={"note": "They want to think it over with their brother. " * 20, "follow_up": "2026-11-20"},
)
SAVED = replace(SPOKE, details_saved=True, record=OnRecord("It is drafty", "A warm house by Christmas", "high", "text"))
OVERTAKEN = replace(
    LATER_CALL,
    state=Stale("Ben Okafor reported “No answer” before you, so this call is done.", NOW - 4 * MINUTE),
    next_touch=("Call 5", NOW + 3 * HOUR),
    further=True,
    nothing_changed=True,
)
STOPPED = replace(LATER_CALL, state=Closed("opted_out", NOW - HOUR))
CLOSED = replace(LATER_CALL, state=Closed("not_interested", NOW - HOUR), further=True)

NO_THANKS = replace(
    LATER_CALL,
    state=Reported("not_interested", "you", NOW - MINUTE),
    touch="1.calls-of-day-one.4.not_interested",
    mistaken=("booked", "call_back", "in_conversation", "voicemail", "no_answer", "wrong_number"),
)
NO_TIME_YET = replace(
    LATER_CALL,
    state=Reported("booked", "you", NOW - MINUTE),
    touch="1.calls-of-day-one.4.booked",
    mistaken=("call_back", "in_conversation", "not_interested", "voicemail", "no_answer", "wrong_number"),
    still_told=(StillTold("1.contact.1", ("kept", "no_show", "won", "lost", "thinking")),),
)
LOST = replace(
    LATER_CALL,
    state=Closed("lost", NOW - HOUR),
    touch="2.how-did-it-go.1.lost",
    mistaken=("won", "thinking"),
)

DID_THEY_COME = replace(
    LATER_CALL,
    call=None,
    task=AskedTask("Did Ann Lee come? Appointment at today 10:00 AM.", ("kept", "no_show")),
    others=(),
    warnings=(),
    touch="2.did-they-come.1",
)
HOW_DID_IT_GO = replace(
    DID_THEY_COME,
    task=AskedTask("How did it go with Ann Lee?", ("won", "lost", "thinking")),
    touch="2.how-did-it-go.1",
)
UNTIL_NO_DAY = replace(
    HOW_DID_IT_GO,
    errors={"follow_up": "Choose the day until which they want to think."},
    typed={"outcome": "thinking"},
)

TO_PARTNER = replace(
    FIRST_CALL,
    touch="2.check-in-call.1",
    call=AskedCall(
        purpose="Hear whether the partner has reached them, and what stands in the way.",
        n=2,
        talk_track='"Pat, it\'s Ana. Did you reach Ann? Anything that I can do?"',
        partner=PartnerToCall("Northside Roofing", "Pat", "+12125550141", brings_lead=True),
    ),
    partner_has_it=True,
)
SAID_BY_PARTNER = replace(
    TO_PARTNER,
    touch="2.check-in-call.1.not_yet",
    state=Reported("not_yet", "you", NOW - MINUTE),
    call=None,
    further=True,
)

CALL_PAGES = {
    "call-to-partner": TO_PARTNER,
    "said-by-partner": SAID_BY_PARTNER,
    "with-a-partner": replace(TO_PARTNER, touch="2.contact.1", call=None, further=True),
    "first-call": FIRST_CALL,
    "later-call": LATER_CALL,
    "no-number": NO_NUMBER,
    "not-asked": NOT_ASKED,
    "no-time-given": NO_TIME_GIVEN,
    "time-is-past": TIME_IS_PAST,
    "unanswered": UNANSWERED,
    "spoke": SPOKE,
    "booked": BOOKED,
    "note-too-long": NOTE_TOO_LONG,
    "saved": SAVED,
    "overtaken": OVERTAKEN,
    "stopped": STOPPED,
    "closed": CLOSED,
    "no-thanks": NO_THANKS,
    "no-time-yet": NO_TIME_YET,
    "lost": LOST,
    "did-they-come": DID_THEY_COME,
    "how-did-it-go": HOW_DID_IT_GO,
    "until-no-day": UNTIL_NO_DAY,
}

ANN = OpenLead(
    name="Ann Lee",
    request="Kitchen remodel",
    zone=NEW_YORK,
    next_what="Call 1",
    next_at=NOW - 2 * MINUTE,
    silent_since=NOW - 2 * MINUTE,
    href="/calls/SAMPLE-first",
    phone="+19175550142",
    asked_now=True,
)
MINE = MyLeads(
    now=NOW,
    rep_zone=NEW_YORK,
    rep_name="Ana Ruiz",
    business_name="Fernhill Home Improvement",
    form_id="q0Zt3rX5uB1f8n2k",
    on_duty=True,
    leads=(
        replace(
            ANN,
            name="Dr. Maximiliane Featherstonehaugh-Ramachandran",
            request="Replace four upstairs windows and the patio door",
            zone=LOS_ANGELES,
            next_what="Call 4",
            next_at=NOW - 20 * MINUTE,
            silent_since=NOW - DAY,
            href="/calls/SAMPLE-later",
        ),
        ANN,
        replace(
            ANN,
            name=None,
            request=None,
            phone=None,
            asked_now=False,
            next_what="E-mail",
            next_at=NOW + 3 * HOUR,
            silent_since=NOW - 9 * DAY,
            href="/calls/SAMPLE-email",
        ),
        replace(
            ANN,
            name="Kofi Mensah",
            request="Roof leak",
            zone=LOS_ANGELES,
            asked_now=False,
            next_what="Call back",
            next_at=NOW + DAY + 3 * HOUR,
            silent_since=NOW - 3 * HOUR,
            href="/calls/SAMPLE-kofi",
        ),
    ),
)
LISTS = {
    "my-leads": MINE,
    "my-leads-away": replace(MINE, on_duty=False, back_at=NOW + DAY, duty_changed=True, leads=()),
    "my-leads-many": replace(
        MINE,
        leads=tuple(
            replace(
                ANN,
                name=f"Lead Number {n}",
                asked_now=n < 2,
                next_at=NOW + n * HOUR,
                href=f"/calls/SAMPLE-{n}",
            )
            for n in range(45)
        ),
    ),
}
