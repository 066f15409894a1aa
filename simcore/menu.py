"""The menu: which offers a segment sees, and the share of its potential orders that takes each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scenarios.offerings import Offering, resolve
from scenarios.scenario import Scenario
from simcore.acceptance import acceptance, net_worth, outside_worth
from simcore.formulas.choice import logit_shares

Offers = Mapping[str, Offering | None]
"""The offering that is made to each segment; None where it is not served."""


@dataclass(frozen=True)
class Take:
    """An offer that orders of a segment may take.

    Attributes
    ----------
    segment : str
        Whose orders they are.
    offer : str
        The segment that the offer is made to.
    offering : Offering
        The offer as the segment values it.
    share : float
        Of the potential orders of the segment.
    portion : float
        Of those of them that take any offer; a segment with one offer takes that one.
    """

    segment: str
    offer: str
    offering: Offering
    share: float
    portion: float = 1.0

    @property
    def leaks(self) -> bool:
        """True if the offer is made to another segment."""
        return self.segment != self.offer


def takes(scenario: Scenario, offers: Offers) -> list[Take]:
    """Return what the orders of each segment may take, segments by name, the own offer first.

    Raises
    ------
    BadInput
        A segment values lead time or fill rate, and an offer that it sees promises none.
    """
    return [take for name in sorted(offers) for take in takes_of(scenario, name, offers)]


def takes_of(scenario: Scenario, name: str, offers: Offers) -> tuple[Take, ...]:
    """Return what the orders of one segment may take.

    With the worth ``V_j`` of each offer (WTP minus price and hassle) and ``V_0 = -wtp_0`` of buying nothing:
    ``P_j = exp(V_j / scale) / (exp(V_0 / scale) + sum_k exp(V_k / scale))``, multinomial logit over the visible menu
    (McFadden 1974; Train, *Discrete Choice Methods with Simulation*, ch. 3). With one offer this is
    :func:`simcore.acceptance.acceptance`.
    """
    own, choice = offers[name], scenario.segments[name].choice
    seen = [] if choice is None else list(_seen(scenario, name, offers))
    if own is not None and len(seen) <= 1:
        return (Take(name, name, own, acceptance(scenario, name, own)),)
    if choice is None or not seen:
        return ()
    worth = [net_worth(scenario, name, take.offering) - hassle for take, hassle in seen]
    outside = -outside_worth(scenario, name)
    shares, _ = logit_shares([w / choice.scale for w in worth], outside / choice.scale)
    total = float(shares.sum())
    return tuple(
        replace(take, share=float(share), portion=float(share) / total if total > 0 else 1 / len(seen))
        for (take, _), share in zip(seen, shares, strict=True)
    )


def _seen(scenario: Scenario, name: str, offers: Offers) -> Iterator[tuple[Take, float]]:
    """Yield the different offers that a segment sees with the hassle of each: its own, then the easiest to get."""
    own = offers[name]
    if own is not None:
        yield Take(name, name, own, 0.0), 0.0
    known = {tuple(own.options.items())} if own is not None else set()
    others = [(scenario.menu.hassle(name, other), other) for other in offers if other != name]
    for hassle, other in sorted((hassle, other) for hassle, other in others if hassle is not None):
        offer = offers[other]
        if offer is not None and (same := tuple(offer.options.items())) not in known:
            known.add(same)
            yield Take(name, other, resolve(scenario, name, offer.options), 0.0), hassle
