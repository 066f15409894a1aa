"""Is it true? What the simulation says of the plan, what bounds it, and what was corrected on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promiselab.gaps import NO_SHARE
from promiselab.report.content import Content
from promiselab.report.entries import number as read_number
from promiselab.report.formats import Scale, number, scale_for
from promiselab.report.parts import Block, Cell, Fold, Items, Paragraph, Row, Section, Shown, Table, Words, text

Entry = Mapping[str, Any]
_SHARE = Scale(100.0, "%", 2)


def build(content: Content) -> Section | None:
    """Return the certificate; None for a run without one."""
    found = content.certificate
    if found is None:
        return None
    blocks: list[Block] = [Paragraph(_margin(content, found), "lead"), Paragraph(_bounds(content, found))]
    blocks.append(Paragraph(_choice(content, found)))
    if found["floors"]:
        blocks.append(_floors(content, found["floors"]))
    if found["corrections"]:
        blocks.append(_corrections(content, found["corrections"]))
    else:
        blocks.append(Paragraph(("The simulation contradicted no estimate by as much as matters.",)))
    if found["people"]:
        blocks.append(Paragraph(("Why no fewer people are planned:",)))
        blocks.append(
            Items(tuple(((f"{p['team']}, {p['extra_servers']:+d}",), (p["words"],)) for p in found["people"]))
        )
    blocks.append(_designs(content, found["designs"]))
    blocks.append(Fold(("Every estimate of the plan beside its simulation",), (_figures(content, found["figures"]),)))
    return Section("certificate", "Is it true?", tuple(blocks))


def _margin(content: Content, found: Entry) -> Words:
    margin = found["margin"]
    scale = scale_for(content.currency, [margin["mean"]], [margin["half_width"]])
    shown = scale.interval_with_unit(margin["mean"], margin["half_width"])
    level = f"{100 * read_number(found['confidence']):g} %"
    if not found["finished"]:
        search: Words = (" replications of the search, which flatter it: the certificate is unfinished.",)
        return ("The plan earned ", *shown, " in ", number(found["replications"]), *search)
    seeds: Words = (" replications on seeds that were used for nothing else (", level, " interval).")
    return ("The plan earns ", *shown, " in the simulation, in ", number(found["replications"]), *seeds)


def _bounds(content: Content, found: Entry) -> Words:
    scale = scale_for(content.currency, [found["estimate_bound"], found["bound"]])
    words: Words = (
        "No plan is estimated to earn more than ",
        scale.with_unit(found["estimate_bound"]),
        " once the estimates are corrected. That bounds estimates, not what can be earned; less the lower limit of the "
        "simulated margin the gap is ",
        _gap(found["estimate_gap"]),
        ", where ",
        _SHARE.with_unit(found["tolerance"]),
        " was asked for.",
    )
    if found["bound"] is None:
        return (*words, f" There is no true bound: {found['why_no_bound']}.")
    return (
        *words,
        " No design that keeps the rules can earn more than ",
        scale.with_unit(found["bound"]),
        " on average, whatever its service and stock turn out to be: a true bound, at a gap of ",
        _gap(found["gap"]),
        ".",
    )


def _gap(share: float | None) -> Shown | str:
    return NO_SHARE if share is None else _SHARE.with_unit(share)


def _choice(content: Content, found: Entry) -> Words:
    words: Words = (
        f"The search ended after {found['iterations']} of at most {found['most_iterations']} iterations: "
        f"{found['reason']}.",
    )
    if found["probability_of_correct_selection"] is None:
        return words
    scale = scale_for(content.currency, [found["smallest_difference"]])
    sure = f"{100 * found['probability_of_correct_selection']:.3g} %"
    chance = f" With a probability of at least {sure} it is the best of them, if "
    return (
        *words,
        f" The plan was chosen among those simulated by the procedure KN (Kim & Nelson 2001).{chance}it is better by ",
        scale.with_unit(found["smallest_difference"]),
        ".",
    )


def _floors(content: Content, floors: Sequence[Entry]) -> Table:
    def line(floor: Entry) -> Row:
        money = floor["measure"] == "stock_investment"
        scale = Scale(1.0, content.currency, 0) if money else Scale(100.0, "%", 1)
        head = f"{floor['segment'] or 'company'}: {str(floor['measure']).replace('_', ' ')}"
        cells = (
            Cell((scale.with_unit(floor["floor"]),)),
            Cell(scale.interval_with_unit(read_number(floor["simulated"]["mean"]), floor["simulated"]["half_width"])),
            text(str(floor["verdict"])),
        )
        return Row((head,), cells)

    return Table("Floors in the simulation", (("",), ("Asked",), ("Simulated",), ("",)), tuple(map(line, floors)))


def _scale(content: Content, entry: Entry) -> Scale:
    return Scale(100.0, "%", 1) if entry["unit"] == "share" else Scale(1.0, content.currency, 0)


def _name(entry: Entry) -> str:
    return f"{entry['segment'] or 'company'}: {str(entry['figure']).replace('_', ' ')}"


def _corrections(content: Content, corrections: Sequence[Entry]) -> Table:
    def line(entry: Entry) -> Row:
        scale, found = _scale(content, entry), entry["simulated"]
        cells = (
            Cell((number(entry["iteration"]),)),
            Cell((scale.with_unit(entry["estimate"]),)),
            Cell(scale.interval_with_unit(found["mean"], found["half_width"])),
            Cell((number(entry["replications"]),)),
            Cell((number(entry["offerings"]),)),
            text(entry["while_busy"] or "always", tone="quiet"),
        )
        return Row((_name(entry),), cells)

    columns: tuple[Words, ...] = (
        ("",),
        ("Iteration",),
        ("Estimated",),
        ("Simulated",),
        ("Replications",),
        ("Offerings corrected",),
        ("While as busy",),
    )
    note = "Intervals of corrections hold for all figures of a plan together."
    return Table("What the simulation contradicted, and was corrected", columns, tuple(map(line, corrections)), note)


def _designs(content: Content, designs: Sequence[Entry]) -> Table:
    whole = Scale(1.0, content.currency, 0)

    def line(place: int, entry: Entry) -> Row:
        found, dropped = entry["simulated"], entry["dropped"]
        cells = (
            Cell((number(entry["iteration"]),)),
            Cell((whole.with_unit(entry["estimate"]),)),
            Cell(whole.interval_with_unit(found["mean"], found["half_width"])),
            Cell((number(entry["replications"]),)),
            text(dropped or "chosen", below=(_offerings(entry),)),
        )
        return Row((f"Plan {place}",), cells, "" if dropped else "total")

    columns: tuple[Words, ...] = (
        ("",),
        ("Iteration",),
        ("Estimated",),
        ("Simulated",),
        ("Replications",),
        ("Verdict",),
    )
    rows = tuple(line(place, entry) for place, entry in enumerate(designs, 1))
    return Table("Plans that were simulated in the search", columns, rows)


def _offerings(entry: Entry) -> str:
    return "; ".join(
        f"{name}: {'not served' if picks is None else ', '.join(picks.values())}"
        for name, picks in entry["design"].items()
    )


def _figures(content: Content, figures: Sequence[Entry]) -> Table:
    def line(entry: Entry) -> Row:
        scale, found = _scale(content, entry), entry["simulated"]
        cells = (
            Cell((scale.with_unit(entry["estimate"]),)),
            Cell(scale.interval_with_unit(found["mean"], found["half_width"])),
            text("off" if entry["off"] else "", tone="changed" if entry["off"] else ""),
        )
        return Row((_name(entry),), cells)

    columns: tuple[Words, ...] = (("",), ("Estimated",), ("Simulated",), ("Beyond the interval",))
    return Table("Estimated and simulated", columns, tuple(map(line, figures)))
