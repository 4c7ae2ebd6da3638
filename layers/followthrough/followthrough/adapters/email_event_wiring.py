"""The services of what notes SES's reports: apart from the sending ones, whose imports it can do without."""

import os
from functools import cache

from followthrough.adapters.dynamodb_mail import DynamoDBMailBook
from followthrough.adapters.measures import measure
from followthrough.adapters.wiring import services
from followthrough.use_cases.note_email_event import EmailEventServices


@cache
def email_event_services() -> EmailEventServices:
    """The services of this container."""
    return EmailEventServices(**vars(services()), mail=DynamoDBMailBook(os.environ["TABLE_NAME"]), measure=measure)
