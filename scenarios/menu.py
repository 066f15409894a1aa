"""Who sees which offers: where the menu is visible, a segment may take an offer that is made to another."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.fields import Flag, Model, Money, Table, names


class Menu(Model):
    """The offers that customers see besides their own, and what it costs them to take one.

    A segment with a ``choice`` compares all offers that it sees and not buying at all. Offers with the same options
    are one offer to it.
    """

    visible: Flag = False
    """True: every segment sees the offers to all others, and may take them. False: each sees its own only."""
    hassle_per_order: Money = 0.0
    """What it costs a customer to take an offer that is made to another segment (asking for it, qualifying)."""
    fences: Annotated[Table[Table[Money | None]], names("segment", "other segment")] = Field(
        default_factory=dict, validate_default=True
    )
    """Segment -> other segment -> what it costs the first to take the offer to the other, instead of
    hassle_per_order. null: it cannot take it at all."""

    def hassle(self, segment: str, other: str) -> float | None:
        """Return what it costs a segment to take the offer to another, money per order; None: it cannot."""
        if segment == other:
            return 0.0
        if not self.visible:
            return None
        return self.fences.get(segment, {}).get(other, self.hassle_per_order)
