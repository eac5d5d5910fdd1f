"""The subcommands of python -m analysis, a module each.

Composition roots: like ``__main__.py`` these modules may import anything, for they put the parts together.
"""

from analysis.commands import (
    changes,
    check,
    completeness,
    gaps,
    geography,
    map,
    parity,
    presence,
    priorities,
    quality,
    standards,
    survey,
    topics,
)
from analysis.commands.base import Command

COMMANDS: tuple[Command, ...] = (
    map.COMMAND,
    gaps.COMMAND,
    priorities.COMMAND,
    parity.COMMAND,
    geography.COMMAND,
    survey.COMMAND,
    check.COMMAND,
    changes.COMMAND,
    presence.PRESENCE,
    presence.REPORTING,
    standards.COMMAND,
    completeness.COMMAND,
    topics.COMMAND,
    quality.COMMAND,
)
