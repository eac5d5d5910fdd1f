"""Who is looking: a curator, who may decide, or a visitor, who reads, searches, exports and proposes.

On a person's own machine there is nobody to sign in and the person is the curator. An instance that others can reach
names its curators in ``.streamlit/secrets.toml`` and lets them sign in with an OpenID Connect provider. An instance
that others can reach but that names nobody has no curator: forgetting the settings must not open the doors.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

LOCAL = ("localhost", "127.0.0.1", "[::1]")
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")


@dataclass(frozen=True)
class Visitor:
    """The person before the screen. ``name`` is what decisions are kept under, "" if it is not known."""

    can_curate: bool
    name: str = ""
    can_sign_in: bool = False
    is_signed_in: bool = False


LOCAL_CURATOR = Visitor(can_curate=True)


def find_visitor(secrets: Mapping[str, Any], user: Mapping[str, Any], headers: Mapping[str, str]) -> Visitor:
    """Who this is, by the settings, what the sign-in says of the person, and how the request came.

    ``secrets``: ``[auth]`` as Streamlit's sign-in wants it, and ``[lacuna] curators = ["someone@example.org"]``. An
    address the provider says it has not verified is nobody's.
    """
    if "auth" not in secrets:
        return Visitor(can_curate=_came_from_here(headers))
    if not user.get("is_logged_in"):
        return Visitor(can_curate=False, can_sign_in=True)
    address = str(user.get("email") or "").strip().lower()
    curators = {str(one).strip().lower() for one in secrets.get("lacuna", {}).get("curators", ())}
    verified = user.get("email_verified") not in (False, "false")
    return Visitor(
        can_curate=bool(address) and verified and address in curators,
        name=str(user.get("name") or address),
        can_sign_in=True,
        is_signed_in=True,
    )


def _came_from_here(headers: Mapping[str, str]) -> bool:
    """No proxy's mark, and local names both where the request arrived and on the page it came from.

    A proxy without settings sends on neither its mark nor the name it was asked for, but the browser's Origin.
    """
    if any(headers.get(name) for name in FORWARDED):
        return False
    asked = [headers.get("Host"), (headers.get("Origin") or "").rpartition("//")[2]]
    return all(re.sub(r":\d+$", "", host) in LOCAL for host in asked if host)


def load_visitor() -> Visitor:
    """Who this session's visitor is."""
    secrets = st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}
    return find_visitor(secrets, st.user.to_dict(), st.context.headers.to_dict())
