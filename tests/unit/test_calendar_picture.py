"""The picture of a calendar shows every touch once, and holds whatever words a cadence has."""

from datetime import timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead
from local.calendar_files import as_html, as_svg
from local.calendar_picture import Calendar, calendar_of
from local.page_reader import read_page
from tests.unit.building import at, lead_of, previewed
from tests.unit.fakes import sample_cadence, sample_settings
from tests.unit.test_longer_pursuits import cadence_with

MONDAY_10 = at("2026-11-23 10:00")
HOSTILE = 'Say "hi" </text><script>alert(1)</script> & \x01 bye'


def pictured(version: CadenceVersion, lead: Lead | None = None) -> tuple[Calendar, int]:
    """The calendar of a cadence, and how many touches the preview has."""
    lead = lead or lead_of(MONDAY_10, version)
    shown = previewed(lead, version, days=30)
    return calendar_of(version.cadence.name, lead, shown, sample_settings(), "no_answer", "30d"), len(shown.touches)


@pytest.mark.parametrize("name", ["speed-to-lead", "patient-caller", "keep-in-touch"])
def test_every_touch_of_the_preview_is_in_the_picture_once(name: str) -> None:
    calendar, touches = pictured(sample_cadence(name))
    assert touches > 0
    assert sum(len(day.marks) for day in calendar.days) == touches


@pytest.mark.parametrize("name", ["speed-to-lead", "patient-caller", "keep-in-touch"])
def test_the_image_is_valid_xml_that_fetches_nothing(name: str) -> None:
    calendar, _ = pictured(sample_cadence(name))
    image = as_svg(calendar)
    root = ET.fromstring(image)  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<script" not in image
    assert 'href="http' not in image
    assert "url(http" not in image


def test_whatever_a_cadence_says_of_its_purpose_stays_words() -> None:
    version = cadence_with({"name": "call", "do": "call", "after": "0m", "purpose": HOSTILE})
    calendar, _ = pictured(version)
    page = read_page(as_html(calendar))
    assert page.all("script") == []
    ET.fromstring(as_svg(calendar))  # noqa: S314 - our own
    assert "<script>alert" not in as_svg(calendar)


def test_weeks_are_whole_and_follow_each_other() -> None:
    calendar, _ = pictured(sample_cadence())
    days = [day.date for day in calendar.days]
    assert len(days) % 7 == 0
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}
