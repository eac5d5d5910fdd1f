"""The subcommands of python -m analysis, a module each.

Composition roots: like ``__main__.py`` these modules may import anything, for they put the parts together.
"""

from analysis.commands import check, gaps, geography, map, parity, priorities, quality, survey, topics
from analysis.commands.base import Command

COMMANDS: tuple[Command, ...] = (
    map.COMMAND,
    gaps.COMMAND,
    priorities.COMMAND,
    parity.COMMAND,
    geography.COMMAND,
    survey.COMMAND,
    check.COMMAND,
    topics.COMMAND,
    quality.COMMAND,
)
