"""An answer in a run folder, with its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from promiselab.choices.answer import Answer
from promiselab.csv_text import as_csv
from promiselab.runs import RunFiles, study_files, study_manifest, write_run

CHOICE = "choice.json"


def store_answer(answer: Answer, out: Path, follow: bool = False) -> Path:
    """Store an answer: ``choice.json``, a CSV file for each table, the study behind it, and the report."""
    from promiselab.report import write

    files: dict[str, Any] = {} if answer.study is None else study_files(answer.study)
    files[CHOICE] = answer.content()
    for exhibit in answer.exhibits:
        files[f"{exhibit.name}.csv"] = as_csv(exhibit.records())
    manifest = {**({} if answer.study is None else study_manifest(answer.study)), **answer.about}
    return write_run(out, RunFiles(answer.kind, answer.scenario, answer.title, files, manifest), write, follow)
