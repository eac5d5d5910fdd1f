"""Names of the places that standards and support name by code: countries, their parts, and what is wider."""

from collections.abc import Iterable

NAMES = {
    "INT": "International",
    "EU": "European Union",
    "Europe": "Europe",
    "Africa": "Africa",
    "AU": "Australia",
    "BR": "Brazil",
    "CA": "Canada",
    "CA-BC": "British Columbia",
    "CA-ON": "Ontario",
    "CA-QC": "Quebec",
    "CA-SK": "Saskatchewan",
    "CL": "Chile",
    "CN": "China",
    "GB": "United Kingdom",
    "GB-EAW": "England and Wales",
    "GB-ENG": "England",
    "GB-WLS": "Wales",
    "IE": "Ireland",
    "IN": "India",
    "JP": "Japan",
    "KE": "Kenya",
    "KR": "South Korea",
    "MY": "Malaysia",
    "NZ": "New Zealand",
    "PK": "Pakistan",
    "SG": "Singapore",
    "TZ": "Tanzania",
    "UG": "Uganda",
    "US": "United States",
    "US-MD": "Maryland",
    "US-NY": "New York State",
    "US-VA": "Virginia",
    "ZA": "South Africa",
}
ANYWHERE = "INT"
_WIDE = (ANYWHERE, "Europe", "EU", "Africa")  # listed before countries


def name_place(code: str) -> str:
    """The name of a place; the code itself for one that is not known."""
    return NAMES.get(code, code)


def in_order(codes: Iterable[str]) -> list[str]:
    """Each code once: what is wider than a country first, then by name."""
    wide = {code: n for n, code in enumerate(_WIDE)}
    return sorted(set(codes), key=lambda code: (wide.get(code, len(wide)), name_place(code)))
