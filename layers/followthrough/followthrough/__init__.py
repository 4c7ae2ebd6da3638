"""Followthrough: nobody who asks for a quote, a call or an appointment is forgotten."""

import zoneinfo

# The pinned `tzdata` package must win over the machine's own copy of the time-zone data, which was found
# up to a year old. Every import of the library passes here, so no environment can forget it.
zoneinfo.reset_tzpath(to=())
