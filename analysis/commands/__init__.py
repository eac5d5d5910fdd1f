"""The subcommands of python -m analysis, a module each.

Composition roots: like ``__main__.py`` these modules may import anything, for they put the parts together.
"""

from analysis.commands import check, gaps, map, priorities, quality, topics
from analysis.commands.base import Command

COMMANDS: tuple[Command, ...] = (
    map.COMMAND,
    gaps.COMMAND,
    priorities.COMMAND,
    check.COMMAND,
    topics.COMMAND,
    quality.COMMAND,
)
