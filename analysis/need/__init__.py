"""Figures from outside: how large groups are and what they report, each from one named source.

A table weighs a parity gap only if its figures are parts of one whole; percentages of different groups are not, and
stand beside a gap as context. No figure is never zero. What a table does to a gap is judged in analysis/gaps/parity.py.
"""

from analysis.need.burden import CONFIRM, find_sizes, multiply
from analysis.need.checking import Checked, check_need
from analysis.need.lookup import Figure, figures_on, need_tables, weighing
from analysis.need.tables import (
    FOLDER,
    GRADES,
    WHY_PREVALENCE,
    NeedRow,
    NeedTable,
    from_dict,
    load_need,
    masks_of,
    say_unlike,
    to_dict,
    why_not_weigh,
)

__all__ = [
    "CONFIRM",
    "FOLDER",
    "GRADES",
    "WHY_PREVALENCE",
    "Checked",
    "Figure",
    "NeedRow",
    "NeedTable",
    "check_need",
    "figures_on",
    "find_sizes",
    "from_dict",
    "load_need",
    "masks_of",
    "multiply",
    "need_tables",
    "say_unlike",
    "to_dict",
    "weighing",
    "why_not_weigh",
]
