"""Asking a service politely: one request at a time, a pause between two, and patience where it asks for some."""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar

import httpx

from corpus.errors import ServiceError

T = TypeVar("T")

TRIES = 5
FIRST_PAUSE = 2.0  # seconds before a request is made again; twice as long each time
LONGEST_PAUSE = 120.0  # a service that wants a longer rest is left in peace
TIMEOUT = 60.0
_AGAIN = frozenset((429, 500, 502, 503, 504))


class Client:
    """One service. ``pause``: seconds from one request to the next; ``wait`` and ``clock`` are there for tests."""

    def __init__(
        self,
        name: str,
        address: str,
        pause: float,
        mail: str = "",
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._pause = pause
        self._wait = wait
        self._clock = clock
        self._free_at = clock()
        agent = f"Lacuna (mailto:{mail})" if mail else "Lacuna"
        try:
            self._http = httpx.Client(base_url=address, timeout=TIMEOUT, headers={"User-Agent": agent})
        except (httpx.InvalidURL, ValueError) as error:
            raise ServiceError(f'"{address}" is not an address that {name} could be asked at: {error}.') from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._http.close()

    def ask(self, path: str, params: Mapping[str, str], read: Callable[[str], T], *, post: bool = False) -> T:
        """What ``read`` makes of the answer. ``read`` raises ValueError for one that is damaged: it is asked for again.

        Raises ServiceError when it does not answer after several tries, wants a long rest or refuses the question.
        """
        problem, rest = "", 0.0
        for attempt in range(TRIES):
            if attempt:
                self._wait(max(rest, FIRST_PAUSE * 2 ** (attempt - 1)))
            problem, rest = "", 0.0
            try:
                answer = self._send(path, params, post)
                if answer.status_code == 200:
                    return read(answer.text)
                problem = f"it answered {answer.status_code}"
                if answer.status_code not in _AGAIN:
                    raise ServiceError(f"{self.name} refuses the question: {problem}. What came before is kept.")
                rest = _read_rest(answer.headers.get("Retry-After", ""))
            except httpx.TransportError as error:
                problem = f"it cannot be reached ({type(error).__name__})"
            except ValueError as error:
                problem = f"its answer cannot be read: {error}"
            if rest > LONGEST_PAUSE:
                raise ServiceError(
                    f"{self.name} asks for a rest of {rest:,.0f} seconds: its limit for today may be reached. "
                    "What came before is kept. Go on later, or with a key of your own."
                )
        raise ServiceError(
            f"{self.name}: {problem}, {TRIES} times. What came before is kept; go on when it answers again."
        )

    def _send(self, path: str, params: Mapping[str, str], post: bool) -> httpx.Response:
        """One request, when its turn has come; with ``post`` the question stands in its body, which may be long."""
        rest = self._free_at - self._clock()
        if rest > 0:
            self._wait(rest)
        self._free_at = self._clock() + self._pause
        if post:
            return self._http.post(path, data=dict(params))
        return self._http.get(path, params=dict(params))


def _read_rest(header: str) -> float:
    """The seconds of a Retry-After header; 0 for none, or for a date."""
    return float(header) if header.strip().isdecimal() else 0.0
