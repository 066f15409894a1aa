"""What was found of segments, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promiselab.text import table

NOTE_CONTINUUM = (
    "There are no separate groups: the customers form a continuum, and k-means cuts it where the cut is most stable. "
    "The border is a convention; a rule in the mapping file would be as good."
)


def segment_text(data: Mapping[str, Any]) -> str:
    """Return the answer: what was used, the segments, what sets them apart, and how sure that is."""
    blocks = [_used(data), *_break(data), verdict(data), _sizes(data), *_traits(data), *_tried(data), *_values(data)]
    return "\n\n".join(block for block in blocks if block)


def _used(data: Mapping[str, Any]) -> str:
    if data["rows"] is None:
        return f"{data['customers']:,} customers."
    lines = [
        f"{data['rows']:,} rows, of which {sum(o['rows'] for o in data['left_out']):,} are left out; "
        f"{data['orders']:,} orders of {data['customers']:,} customers, {data['period']['from'][:10]} to "
        f"{data['period']['to'][:10]}."
    ]
    lines += [f"  {o['rows']:>9,}  {o['reason']}" for o in data["left_out"]]
    return "\n".join(lines)


def _break(data: Mapping[str, Any]) -> list[str]:
    if data["break"] is None:
        return []
    changes = "; ".join(
        f"{w} {_figure(c['before'])} before, {_figure(c['after'])} after" for w, c in data["break"]["changes"].items()
    )
    return [
        f"The history breaks at {data['break']['time']}: {changes}.\nBefore and after are not the same business; set "
        "`until` or `since` in the mapping file."
    ]


def verdict(data: Mapping[str, Any]) -> str:
    """Return the answer in words."""
    if len(data["segments"]) == 1:
        return "No segments: nothing that was tried is found again in samples of the customers."
    shown = [d for d in data["differences"] if d["shown"]]
    if data["how"] not in ("discovery", "rules") and not shown:
        return (
            f"The segments by {data['how']!r} do not differ in anything but volume: no feature differs by more than "
            "chance (permutation test, corrected by Holm) and by an amount of use. A proposition for each is not "
            "worth its cost on this evidence."
        )
    if data["how"] not in ("discovery", "rules"):
        lines = [f"The segments by {data['how']!r} differ in:"]
        return "\n".join(
            [*lines, *(f"  {d['words']}: {d['effect']:.1%} of its variance, p = {d['p_value']:.3f}" for d in shown)]
        )
    return f"{_found(data)} {_apart(shown)}"


def _found(data: Mapping[str, Any]) -> str:
    """Return how many segments there are, by what, and which holds most of the value."""
    if data["continuum"] and data["how"] == "discovery":
        return NOTE_CONTINUUM
    count, first = len(data["segments"]), max(data["segments"], key=lambda s: s["share_of_value"])
    by = f"The rules make {count} segments" if data["how"] == "rules" else f"The customers fall into {count} segments"
    stable = next((p["stability_least"] for p in data["partitions"] if p["proposed"]), None)
    sure = (
        ""
        if stable is None or data["how"] == "rules"
        else f", found again in samples of them (stability {stable:.2f}{' or more' if f'{stable:.2f}' < '1' else ''})"
    )
    share = f"{first['share_of_customers']:.0%} of the customers, {first['share_of_value']:.0%} of the value"
    return f"{by}{sure}; {first['name']} brings most: {share}."


def _apart(shown: list[Mapping[str, Any]]) -> str:
    """Return what sets the segments apart most."""
    if not shown:
        return "No feature differs between them by more than chance and by an amount of use."
    most = sorted(shown, key=lambda d: -d["effect"])[:2]
    return f"What sets them apart most: {' and '.join(d['words'] for d in most)}."


def _sizes(data: Mapping[str, Any]) -> str:
    rows = [["segment", "customers", "share", "of orders", "of value"]]
    for s in data["segments"]:
        orders = "-" if s["share_of_orders"] is None else f"{s['share_of_orders']:.1%}"
        rows.append(
            [s["name"], f"{s['customers']:,}", f"{s['share_of_customers']:.1%}", orders, f"{s['share_of_value']:.1%}"]
        )
    return table(rows)


def _traits(data: Mapping[str, Any]) -> list[str]:
    return [
        "\n".join([f"{s['name']}:", *(f"  {t['words']}" for t in s["traits"])]) for s in data["segments"] if s["traits"]
    ]


def _tried(data: Mapping[str, Any]) -> list[str]:
    if not data["partitions"]:
        return []
    rows = [["way", "segments", "BIC", "stability", "least", "apart"]]
    for p in data["partitions"]:
        mark = " *" if p["proposed"] else ""
        figures = [
            f"{p['bic']:,.0f}",
            f"{p['stability_mean']:.2f}",
            f"{p['stability_least']:.2f}",
            f"{p['separation']:.1f}",
        ]
        rows.append([f"{p['way']}{mark}", str(p["segments"]), *figures])
    by = f"Found by {', '.join(data['features']['used'])}"
    if data["features"]["left_out"]:
        by += f" (not by {', '.join(data['features']['left_out'])}: many customers share one value)"
    notes = "Stability: how much of a segment bootstrap samples find again (0.75: valid). Apart: standard deviations."
    agreement = "" if data["agreement"] is None else f"\n{_agreement(data)}"
    return [f"{by}; * is proposed.\n{table(rows)}\n{notes}{agreement}"]


def _agreement(data: Mapping[str, Any]) -> str:
    with_what = "the rules" if data["how"] == "rules" else "the labels in the file, which were not used"
    return f"Agreement of what is proposed with {with_what}: adjusted Rand index {data['agreement']:.2f}."


def _values(data: Mapping[str, Any]) -> list[str]:
    served = [v for v in data["values"] if v["served"]]
    if not served:
        return []
    rows = [
        ["segment", "value factor", "today", "evidence"],
        *([v["segment"], v["factor"], v["served"], v["evidence"]] for v in served),
    ]
    return [f"Over-served and under-served, as far as the file tells:\n{table(rows)}"]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
