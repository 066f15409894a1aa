"""The classes of a scenario: which segments share a stock pool or a resource, and who of them comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.offerings import Offering, current_offerings
from scenarios.scenario import Scenario
from simcore.menu import takes
from simcore.pools import PoolKey, PoolUser, pool_users


@dataclass(frozen=True)
class SharedPool:
    """A pool that segments of several ranks draw on."""

    key: PoolKey
    users: tuple[PoolUser, ...]

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks that draw on it, the best first."""
        return tuple(sorted({user.rank for user in self.users}))


def served(scenario: Scenario) -> dict[str, Offering]:
    """Return the offering of every served segment."""
    return {name: offering for name, offering in current_offerings(scenario).items() if offering is not None}


def ranks(scenario: Scenario) -> dict[str, int]:
    """Return the rank of every served segment."""
    return {name: offering.priority.rank for name, offering in served(scenario).items()}


def rationed_pools(scenario: Scenario) -> list[SharedPool]:
    """Return the shared pools with users of several ranks whose product is kept in no other pool."""
    users: Mapping[PoolKey, list[PoolUser]] = pool_users(scenario, takes(scenario, current_offerings(scenario)))
    alone = [k for k in users if [other.product for other in users if not other.to_order].count(k.product) == 1]
    found = [SharedPool(key, tuple(users[key])) for key in alone if not key.to_order and not key.owner]
    return [pool for pool in found if len(pool.ranks) > 1]


def queues(scenario: Scenario) -> list[str]:
    """Return the fulfilment resources that segments of several ranks share."""
    teams: dict[str, set[int]] = {}
    for offering in served(scenario).values():
        if offering.fulfilment is not None:
            teams.setdefault(offering.fulfilment.resource, set()).add(offering.priority.rank)
    return sorted(team for team, several in teams.items() if len(several) > 1)


def sharers(scenario: Scenario) -> list[str]:
    """Return the segments that draw on the common stock, where there are at least two."""
    found = sorted(name for name, offering in served(scenario).items() if offering.stock == "shared")
    return found if len(found) > 1 else []
