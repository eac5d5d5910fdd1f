"""The benchmark of maps: its made-up records are a proper snapshot, and every figure is there."""

import numpy as np

from benchmarks.maps import make_up, measure, run
from corpus.framework import Framework


def test_made_up_records_have_parents_and_are_the_same_every_time(framework: Framework) -> None:
    one, two = make_up(framework, 400), make_up(framework, 400)
    assert (one.tags != two.tags).nnz == 0
    assert len(one.where()) == 400
    for facet in framework.facets:
        for tag in facet.tags:
            if tag.broader:
                child, parent = one.has(facet.id, tag.id), one.has(facet.id, tag.broader)
                assert not (child & ~parent).any()
    assert np.isfinite(one.frame["year"]).all()


def test_every_figure_is_there(framework: Framework) -> None:
    measured = run(sizes=(60,))
    assert list(measured) == ["60"]
    assert set(measured["60"]) == set(measure(make_up(framework, 60)))
    assert all(ms > 0 for ms in measured["60"].values())
