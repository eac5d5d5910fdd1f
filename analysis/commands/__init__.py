"""The subcommands of python -m analysis, a module each.

Composition roots: like ``__main__.py`` these modules may import anything, for they put the parts together.
"""

from analysis.commands import (
    brief,
    changes,
    check,
    claim,
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
    verify,
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
    claim.COMMAND,
    brief.COMMAND,
    verify.COMMAND,
    changes.COMMAND,
    presence.PRESENCE,
    presence.REPORTING,
    standards.COMMAND,
    completeness.COMMAND,
    topics.COMMAND,
    quality.COMMAND,
)
