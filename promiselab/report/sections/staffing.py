"""How many people each design needs for the same promise."""

from __future__ import annotations

from promiselab.report.content import Content
from promiselab.report.formats import MISSING, number
from promiselab.report.parts import Block, Cell, Chart, Paragraph, Row, Section, Table, Words


def build(content: Content) -> Section | None:
    """Return people needed; None for a run that did not ask."""
    staffing = content.staffing
    if staffing is None:
        return None
    rows = staffing["designs"]
    teams = dict.fromkeys(name for row in rows for name in row.get("teams") or {})
    labels = {d.name: d.label for d in content.designs}
    lines = tuple(
        Row(
            (labels.get(row["name"], row["name"]),),
            (
                Cell((number(row["people"]),), tone="strong"),
                Cell((number(row["low"]), " to ", number(row["high"]))),
                *(Cell(_team((row.get("teams") or {}).get(team))) for team in teams),
            ),
        )
        for row in rows
    )
    columns: tuple[Words, ...] = (("",), ("People",), ("Range",), *((team,) for team in teams))
    table = Table("People needed", columns, lines, "Range: what the replications leave open.")
    blocks: list[Block] = [Paragraph((f"Fewest people who reach the target: {staffing['target']}.",))]
    saving = staffing.get("saving")
    if saving:
        blocks.insert(0, Paragraph((*_saving(saving),), "lead"))
    blocks.append(Chart("people", "People needed to keep the promise", table))
    return Section("staffing", "People needed", tuple(blocks))


def _saving(saving: dict[str, object]) -> Words:
    low, people, high = (number(float(str(saving[name]))) for name in ("low", "people", "high"))
    return (str(saving["words"]), " (", people, " people; between ", low, " and ", high, ").")


def _team(count: float | None) -> Words:
    return (MISSING,) if count is None else (number(count),)
