"""The table that the report begins with: claim, what the blog did, what we measured, with how many seeds."""

from __future__ import annotations

from collections.abc import Sequence

from memlab.core.files import Columns
from memlab.studies.dnc_brain.section import Section

__all__ = ["claims_markdown", "claims_table"]

HEADINGS = ("claim", "what the blog did", "what we measured", "seeds", "verdict", "figure")


def claims_table(sections: Sequence[Section]) -> Columns:
    """Return every claim: ``section, claim, blog, measured, n_seeds, verdict, figure``."""
    rows = [(section, claim) for section in sections for claim in section.claims]
    return {
        "section": [section.name for section, _ in rows],
        "claim": [claim.claim for _, claim in rows],
        "blog": [claim.blog for _, claim in rows],
        "measured": [claim.measured for _, claim in rows],
        "n_seeds": [claim.n_seeds for _, claim in rows],
        "verdict": [claim.verdict for _, claim in rows],
        "figure": [", ".join(f"{section.name}.{drawn.name}" for drawn in section.figures) for section, _ in rows],
    }


def claims_markdown(sections: Sequence[Section]) -> str:
    """Return the table for the report."""
    columns = claims_table(sections)
    names = ("claim", "blog", "measured", "n_seeds", "verdict", "figure")
    lines = [_line(HEADINGS), _line(["---"] * len(HEADINGS))]
    lines += [_line(row) for row in zip(*(columns[name] for name in names), strict=True)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"
