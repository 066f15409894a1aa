"""What makes promises doubtful, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MANY_OPEN = 0.01
"""Share of orders that are still open at the end, from which on it is said that they do not count."""


def cut_off(promises: Mapping[str, Any]) -> list[str]:
    """Return a warning for each segment whose promise is longer than its orders were followed, where many are open.

    Parameters
    ----------
    promises : mapping
        As the run folder keeps them.
    """
    drain, found = promises["drain_days"], []
    for name, one in promises["segments"].items():
        lead = one["lead_time"]
        longest = lead["after_reaction"] or lead["achievable"] or 0.0
        if longest > drain and lead["still_open"] > MANY_OPEN:
            found.append(
                f"{name}: {100 * lead['still_open']:.1f} % of its orders are still open when the drain of {drain:g} "
                "days ends, and do not count for a promise that is longer: it may be kept less often than is said. "
                "Raise calendar.drain_days."
            )
    return found
