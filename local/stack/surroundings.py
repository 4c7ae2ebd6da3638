"""What a stack changes in the process around it, and gives back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from local.stack.template import REGION

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    # Not the machine's zone: moto calls naive now() in places.
    "TZ": "UTC",
    # No look for credentials on the network, and no configuration file of the developer's own.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@contextmanager
def surroundings() -> Iterator[None]:
    """Dummy credentials and UTC; the process's own again afterwards.

    The time-zone data is left alone: the library sees to it, for good, when it is imported.
    """
    before = dict(os.environ)
    os.environ.update(_CREDENTIALS)
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        time.tzset()
