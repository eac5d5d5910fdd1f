"""Where topics stand on the page as circles: alike ones near each other, none on top of another.

The distances between the middles of topics are laid out in two dimensions (classical multidimensional scaling), and
circles that overlap are then pushed apart. The same topics always stand in the same places; directions mean nothing.
"""

import numpy as np

_STEPS = 400
_GAP = 0.03  # between circles
_PULL = 0.02  # towards the middle at the first steps, so that no circle stands far off


def radii(sizes: np.ndarray) -> np.ndarray:
    """Radius of each circle: the area says how many records; all areas together are that of a circle of radius 1."""
    sizes = np.asarray(sizes, dtype=float)
    return np.asarray(np.sqrt(sizes / max(sizes.sum(), 1.0)))


def lay_out(middles: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The place (x, y) of each topic's circle, in the unit of ``radii``."""
    n = len(middles)
    if n < 2:
        return np.zeros((n, 2))
    at = _scale(np.asarray(middles, dtype=float))
    reach = radii(sizes)
    wanted = reach[:, None] + reach[None, :] + _GAP
    for step in range(_STEPS):
        at = at * (1 - _PULL * max(0.0, 1 - 1.5 * step / _STEPS))
        apart = at[:, None, :] - at[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        # Two in one place are parted along a line of their own, the same each time.
        turn = np.arange(n)[:, None] * 2.399963 + np.arange(n)[None, :]
        way = np.where(
            distance[..., None] > 1e-9,
            apart / np.maximum(distance, 1e-9)[..., None],
            np.stack([np.cos(turn), np.sin(turn)], axis=2) * np.sign(np.subtract.outer(range(n), range(n)))[..., None],
        )
        push = np.maximum(wanted - distance, 0) / 2
        np.fill_diagonal(push, 0)
        at = at + (way * push[..., None]).sum(axis=1) * 0.8
    return at - at.mean(axis=0)


def _scale(middles: np.ndarray) -> np.ndarray:
    """Two coordinates that keep the distances as well as two can; signs fixed by the topic that stands out most."""
    centred = middles - middles.mean(axis=0)
    values, axes = np.linalg.eigh(centred @ centred.T)
    at = axes[:, -1:-3:-1] * np.sqrt(values[-1:-3:-1].clip(min=0))
    for k in range(at.shape[1]):
        furthest = np.argmax(np.abs(at[:, k]).round(6))
        at[:, k] *= 1 if at[furthest, k] >= 0 else -1
    largest = float(np.abs(at).max())
    return at / largest if largest > 0 else at
