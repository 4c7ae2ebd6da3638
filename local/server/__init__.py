"""The local server: the same local stack behind a port of this machine, on a clock that can be sped up.

Nothing leaves the machine: what would be sent is shown in the outbox. The real API answers as it is deployed.
Beside it, and only here:

- `GET /` is the web form, `GET /local/outbox` shows what was sent, the lead's timeline and the clock.
- `GET /local/state` is everything as JSON, with a token for `POST /events`; `GET /local/clock` the time alone.
- `POST /local/clock` takes `{"advance": "PT5M"}`, `{"to": "2026-11-24T08:00:00-05:00"}` or `{"to_next": true}` and
  answers `{"now": …}`: 200 when it is there, 202 when that takes longer than anybody should wait and goes on.
- `POST /local/report` takes `{"lead_id", "outcome", "touch_id"?, "callback_at"?, "note"?, "next_step"?}`; `lead_id` can
  be `latest`.

What can't be done is answered with 400 and `{"error": …}`, which says what would be right.
"""
