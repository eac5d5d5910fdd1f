"""Subcommands of python -m ingest that fill a module of their own.

Composition roots: like ``__main__.py`` these modules may import anything, for they put the parts together.
"""
