"""The clock's commands, as help and errors name them; `clock_orders` carries them out."""

from __future__ import annotations

FORMS = "+1h30m (d, h, m, s), `freeze`, `freeze 2026-12-24T18:00`, or `reset`"
