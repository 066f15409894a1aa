"""Texts that spreadsheets, YAML, CSV, XML or Excel itself may take for something else."""

from __future__ import annotations

import unicodedata

FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "=cmd|' /C calc'!A0", "+1", "+SUM(A1:A9)",
    "-1", "-2+3", "@SUM(A1)",
    "=\"a\"&\"b\"", "=@A1", "  =1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20A1", "{=1+1}", "'=1+1", "\"=1+1\"",
    "=IMPORTXML(\"http://evil.example\",\"//a\")", "%0A=1+1", "http://evil.example/a", "mailto:a@evil.example",
    "internal:'Sheet1'!A1", "external:c:\\a.xlsx", "file:///etc/passwd", "ftp://evil.example", "\\\\host\\share",
)  # fmt: skip
TYPES = (
    "NA", "N/A", "#N/A", "#REF!", "#DIV/0!", "null", "None", "~", "NULL", "TRUE", "false", "yes", "off", "1e5", "00123",
    "1,000", "0x10", "1_000",
    "12:30", "2020-01-01", "1/2/2020", "nan", "inf", ".5", "5.", "-0", "9007199254740993", "\"\"",
    "\"\"\"\"", "\"", "'", "''",
)  # fmt: skip
MARKUP = (
    "<r><t>x</t></r>", "<r>&</r>", "</t></si>", "<script>alert(1)</script>", "&amp;", "&#10;", "]]>", "<![CDATA[x]]>",
    "_x000D_", "_x0041_", "_x005F_x0041_",
    "_x0041_x0042_", "a_x000a_b", "{{ 7 * 7 }}", "${x}", "%s", "a,b", "a;b", "a|b",
    "a: b", "# a", "- a", "[a]", "{law: gamma}", "*a", "&a", "!a", "a.b", "a\\b", "a/b", "a?b", "[a]:*?/\\b", "history",
)  # fmt: skip
UNICODE = (
    "Größe", "e\u0301", "名前", "אבג", "🎁" * 20, "a\u00a0b", "\u200bzero", "ﬁ", "Ω", "ǆ", "İ", "x" * 80,
)  # fmt: skip

STRINGS = (*FORMULAS, *TYPES, *MARKUP, *UNICODE)


def is_name(text: str) -> bool:
    """Return whether a planner may give this name to anything."""
    return text == text.strip() and text.isprintable() and len(unicodedata.normalize("NFC", text)) <= 80


NAMES = tuple(text for text in STRINGS if is_name(text))
TEXTS = (*STRINGS, " leading", "trailing ", "two\nlines", "\n", "a\n\n", "tab\tbed", "  ", "\u2028", "\ufeffa", "")
