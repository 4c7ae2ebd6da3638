"""What a team does, as the scripts in events/scripts/ have it, and what the shipped stack makes of it: who is told
what, and when. Times are the lead's own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.leads import Lead
from local.demo import Demo, DemoRun
from local.posted_lead import read_posted_lead
from local.project import ROOT
from local.scripts import read_script
from tests.stack.following import DAY, HOUR, MINUTE, WHO

SCRIPTS = ROOT / "events" / "scripts"
ON_TUESDAY, ON_WEDNESDAY = "2026-11-24", "2026-11-25"
NUDGED_AT_TEN = ("10:00", "ana", "Call Maya Thompson now")


@dataclass(frozen=True)
class Story:
    """What there is to see of a scenario."""

    run: DemoRun
    zone: ZoneInfo

    @property
    def lead(self) -> Lead:
        """The lead as it stands."""
        return self.run.lead

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """When, to whom, and what: of nudges only who else was asked, and what for."""
        return [(self._at(text.at), WHO[text.phone], _gist(text.body)) for text in self.run.texts]

    @property
    def emails(self) -> list[str]:
        """When e-mails went to the lead."""
        assert {email.to for email in self.run.emails} <= {("maya.thompson@example.com",)}
        return [self._at(email.at) for email in self.run.emails]

    @property
    def lines(self) -> list[str]:
        """The timeline: when, step, status, and the outcome."""
        return [
            f"{self._at(touch.due_at)} {touch.step} {touch.status} {touch.outcome or ''}".strip()
            for touch in self.run.touches
        ]

    @property
    def seen(self) -> list[str]:
        """What came of what the script has people do."""
        return [note.result for note in self.run.notes]

    def _at(self, moment: datetime) -> str:
        """`10:05` on the day of the arrival, else with the date."""
        first, there = (each.astimezone(self.zone) for each in (self.run.arrives, moment))
        return f"{there:%H:%M}" if there.date() == first.date() else f"{there:%Y-%m-%d %H:%M}"


def _gist(body: str) -> str:
    return body.partition(":")[0] if "/calls/" in body else body


def told(script: str, span: timedelta, arrives: str | None = None, **fields: str) -> Story:
    """The story of the sample lead, who arrives on a Monday at 10:00 unless told otherwise."""
    posted = read_posted_lead(None, datetime.fromisoformat(arrives) if arrives else None, fields)
    run = Demo(posted, span, read_script(SCRIPTS / f"{script}.json")).run()
    assert isinstance(run, DemoRun)
    assert run.failures == ()
    return Story(run, ZoneInfo(run.lead.place.zones[0]))


def test_a_rep_reports_in_two_minutes_and_stays_with_the_lead() -> None:
    story = told("a-rep-reports-in-two-minutes", 8 * MINUTE)
    assert story.seen == ["ana: Left voicemail. Reported by you, today 10:02 AM. Next: E-mail, now."]
    assert story.texts == [NUDGED_AT_TEN, ("10:07", "ana", "Call Maya Thompson now")]
    assert story.emails == ["10:02"]
    assert story.lines == [
        "10:00 first-call reported voicemail",
        "10:02 tried-you sent",
        "10:07 second-call asked",
    ]


def test_a_silent_rep_is_followed_by_the_second_who_reports() -> None:
    story = told("a-silent-rep-and-then-the-second", 1 * HOUR)
    assert story.texts == [
        NUDGED_AT_TEN,
        ("10:05", "ben", "Ana Ruiz hasn't reported. Call Maya Thompson now"),
        ("10:06", "ana", "Ben Okafor has reported on Maya Thompson: stand down."),
    ]
    assert story.emails == ["10:05"]
    assert story.lines[:2] == ["10:00 first-call reported in_conversation", "10:05 will-call sent"]
    assert story.lead.is_open


def test_when_nobody_answers_it_goes_round_up_to_the_manager() -> None:
    story = told("nobody-answers-until-the-manager-does", 3 * HOUR)
    assert story.texts == [
        NUDGED_AT_TEN,
        ("10:05", "ben", "Ana Ruiz hasn't reported. Call Maya Thompson now"),
        ("10:10", "chloe", "Ben Okafor hasn't reported. Call Maya Thompson now"),
        ("11:10", "chloe", "A reminder. Call Maya Thompson now"),
        ("12:45", "dana", "Chloe Park hasn't reported. Call Maya Thompson now"),
        ("12:50", "ana", "Dana Weiss has reported on Maya Thompson: stand down."),
        ("12:50", "ben", "Dana Weiss has reported on Maya Thompson: stand down."),
        ("12:50", "chloe", "Dana Weiss has reported on Maya Thompson: stand down."),
        ("12:50", "dana", "Noted for Maya Thompson: no answer."),
    ]
    assert story.emails == ["10:05"]
    assert story.lines == [
        "10:00 first-call silent",
        "10:05 will-call sent",
        "10:10 second-call silent",
        "12:45 rest-of-day-one reported no_answer",
    ]


def test_a_report_after_others_were_asked_counts_and_they_stand_down() -> None:
    story = told("a-report-after-others-were-asked", 3 * HOUR)
    assert story.texts[3:] == [
        ("10:12", "ben", "Ana Ruiz has reported on Maya Thompson: stand down."),
        ("10:12", "chloe", "Ana Ruiz has reported on Maya Thompson: stand down."),
        ("10:12", "ana", "Booked Maya Thompson for Tue Nov 24, 3 PM. Well done."),
    ]
    assert story.emails == ["10:05"]
    assert story.lines == [
        "10:00 first-call reported booked",
        "10:05 will-call sent",
        "10:10 second-call skipped",
    ]
    assert story.lead.pursuit.cadence == "appointment"


def test_of_two_reports_at_once_the_first_counts_and_the_other_hears_of_it() -> None:
    story = told("two-reports-at-once", 1 * DAY)
    assert story.seen[0] == "ben: Not interested. Reported by you, today 10:06 AM."
    assert story.texts[2:] == [
        ("10:06", "ana", "Ben Okafor has reported on Maya Thompson: stand down."),
        (
            "10:06",
            "ana",
            "Maya Thompson is reported by Ben Okafor: not interested. Nothing has changed. The link can correct it.",
        ),
    ]
    assert story.lines == ["10:00 first-call reported not_interested", "10:05 will-call sent"]
    assert story.lead.status == "not_interested"
    assert story.lead.pursuit.voicemails == 0


def test_a_call_back_tomorrow_is_at_that_hour_on_the_leads_clock_though_clocks_change_tonight() -> None:
    abroad = {"phone": "+972 50 234 5678", "postal_code": "", "zone": "Asia/Jerusalem"}
    story = told("call-back-tomorrow-and-the-clocks-change", 24 * HOUR, "2027-03-25T16:00:00+02:00", **abroad)
    assert story.texts[:3] == [
        ("16:00", "ana", "Call Maya Thompson now"),
        ("16:02", "ana", "Noted: call Maya Thompson back Fri Mar 26, 3 PM Jerusalem time (8 AM yours)."),
        ("2027-03-26 15:00", "ana", "Call Maya Thompson now"),
    ]
    asked_again = story.run.texts[2].at
    assert asked_again - story.run.arrives == 22 * HOUR  # and not the 23 that the clocks show
    assert story.emails == []
    done = [line for line in story.lines if "skipped" not in line]
    assert done[:2] == ["16:00 first-call reported call_back", "2027-03-26 15:00 call-back reported no_answer"]


def test_while_a_rep_is_away_the_others_are_asked_and_the_lead_comes_back_with_them() -> None:
    story = told("a-rep-goes-away-in-the-middle", 2 * DAY + 8 * HOUR)
    assert story.texts[:3] == [
        NUDGED_AT_TEN,
        ("10:04", "ana", "You are away until Wed Nov 25. Text back if you are here sooner."),
        ("10:07", "ben", "Call Maya Thompson now"),
    ]
    asked = [(at, who) for at, who, _ in story.texts[2:]]
    assert "ana" not in {who for at, who in asked if at < ON_WEDNESDAY or len(at) == len("10:07")}
    assert {who for at, who in asked if at.startswith(ON_TUESDAY)} >= {"ben", "chloe"}
    assert "ana" in {who for at, who in asked if at.startswith(ON_WEDNESDAY)}


def test_an_unclear_text_gets_one_helpful_answer_and_the_clear_one_counts() -> None:
    story = told("an-unclear-text-and-then-a-clear-one", 4 * MINUTE)
    assert story.texts == [
        NUDGED_AT_TEN,
        (
            "10:01",
            "ana",
            "Sorry, that was not clear. Text 1 Tue 3pm if booked, 5 voicemail, 6 no answer. ? for all answers.",
        ),
        ("10:02", "ana", "Noted for Maya Thompson: left voicemail."),
    ]
    assert story.emails == ["10:02"]
    assert story.lines == ["10:00 first-call reported voicemail", "10:02 tried-you sent"]
    assert story.lead.note == "wife says after 6"


def test_booked_without_its_time_is_asked_about_and_the_appointment_is_followed_up() -> None:
    story = told("booked-and-the-time-comes-later", 1 * DAY + 6 * HOUR)
    assert story.texts == [
        NUDGED_AT_TEN,
        (
            "10:03",
            "ana",
            "Noted: booked with Maya Thompson. When? Text day and time where they are, such as 1 Tue 3pm",
        ),
        ("10:05", "ana", "Booked Maya Thompson for Tue Nov 24, 3 PM. Well done."),
        (f"{ON_TUESDAY} 15:04", "ana", "Did Maya Thompson come? Appointment at 3"),
        (f"{ON_TUESDAY} 15:06", "ana", "Noted for Maya Thompson: they came."),
    ]
    assert story.emails == []
    assert story.lines[-1] == f"{ON_TUESDAY} 15:04 did-they-come reported kept"


def test_mail_that_comes_back_for_good_is_the_last_and_calls_go_on() -> None:
    story = told("mail-comes-back-and-calls-go-on", 3 * DAY)
    assert story.seen == ["will-call.1", "day-two-question.1"]
    assert len(story.emails) == 2
    assert story.lead.unusable == {"email": "bounced"}
    assert [text for text in story.texts if text[0].startswith(ON_WEDNESDAY)]


def test_a_complaint_is_the_end() -> None:
    story = told("the-lead-reports-spam", 3 * DAY)
    assert (story.lead.status, len(story.emails)) == ("opted_out", 1)
    assert not [text for text in story.texts if text[0].startswith((ON_TUESDAY, ON_WEDNESDAY))]


def test_an_estimate_a_visit_and_a_yes_are_told_by_the_businesss_other_systems() -> None:
    story = told("an-estimate-a-visit-and-a-yes", 9 * DAY)
    assert story.seen == ["recorded", "recorded", "recorded", "already_known", "recorded", "recorded"]
    assert story.run.cadences == {1: "speed-to-lead", 2: "keep-in-touch", 3: "appointment"}
    assert [line for line in story.lines if "event:" in line or "kept" in line] == [
        "2026-11-24 12:00 event:estimate_sent reported estimate_sent",
        "2026-11-26 14:00 event:appointment_made reported booked",
        "2026-11-30 15:04 did-they-come reported kept",
        "2026-12-01 10:00 event:won reported won",
    ]
    assert story.lead.status == "won"
