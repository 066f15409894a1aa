"""The shipped scenarios: what they are, and copies to start from."""

from __future__ import annotations

from pathlib import Path

from scenarios import shipped
from scenarios.problems import bad


def shipped_list() -> str:
    """Return name and first sentence of every shipped scenario."""
    lines = []
    for name in shipped.names():
        words = " ".join(shipped.load_shipped(name).description.split())
        lines.append(f"{name}\n    {words.split('. ')[0].rstrip('.')}.")
    return "\n".join(lines)


def copy_shipped(name: str, target: Path) -> Path:
    """Copy a shipped scenario to a file that does not exist yet, and return it.

    Raises
    ------
    BadInput
        There is no such scenario, or the file exists.
    """
    shipped.load_shipped(name)
    refuse_to_overwrite("--to", target, "Choose another file with --to.")
    with target.open("x", encoding="utf-8") as file:
        file.write(Path(str(shipped.path(name))).read_text(encoding="utf-8"))
    return target


def refuse_to_overwrite(option: str, target: Path, advice: str = "Choose another file.") -> None:
    """Refuse a file that exists.

    Raises
    ------
    BadInput
        Something of that name exists.
    """
    if target.exists() or target.is_symlink():
        raise bad(option, "exists already and is not overwritten", advice, str(target))
