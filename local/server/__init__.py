"""The local server: the same local stack behind a port of this machine, on a clock that can be sped up.

Nothing leaves the machine: what would be sent is shown in the outbox.
"""
