"""A record of several entries says why they are one, where each field came from, and lets an entry go."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.pipeline import ingest
from ingest.rules import open_corpus

FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"
BIB = """@article{a, title={WHAT CLEANERS EARN ON THE WARDS AT NIGHT}, author={Osei, A.}, year={2019},
  journal={J Toil}, volume={3}, pages={1-9}, doi={10.5555/a}, keywords={pay}}
@article{b, title={What cleaners earn on the wards at night}, author={Osei, Ama}, year={2019},
  journal={Journal of Toil}, volume={3}, pages={1-9}, doi={10.5555/a}, keywords={night work}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "one.bib").write_text(BIB, encoding="utf-8")
    with open_corpus(tmp_path / "c.sqlite", FRAMEWORK, create=True) as corpus:
        ingest([tmp_path / "one.bib"], corpus)
        assert len(corpus.records()) == 1
    return tmp_path / "c.sqlite"


def run_page(path: str, framework: str, can_curate: bool) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views import record
    from views.state import load_state

    record.render(load_state(open_corpus(Path(path), Path(framework)), can_curate=can_curate))


def open_page(path: Path, can_curate: bool = True) -> AppTest:
    with open_corpus(path, FRAMEWORK) as corpus:
        record = corpus.records()[0]
    at = AppTest.from_function(run_page, args=(str(path), str(FRAMEWORK), can_curate), default_timeout=60)
    at.query_params["id"] = record.id
    at.run()
    assert not at.exception
    return at


def test_each_field_names_the_entry_it_was_taken_from(path: Path) -> None:
    at = open_page(path, can_curate=False)
    assert "2 entries, one record" in [s.value for s in at.subheader]
    table = at.dataframe[0].value.set_index("Field")
    small = next(n for n in ("Entry 1", "Entry 2") if table.loc["Title", n].startswith("What"))
    assert table.loc["Title", "Taken from"] == small
    assert table.loc["Journal or book", "Taken from"] == small
    assert table.loc["Authors", "Taken from"] == small
    assert table.loc["Keywords", "Taken from"] == "all"
    assert sorted(table.loc["Keywords", ["Entry 1", "Entry 2"]]) == ["night work", "pay"]
    assert not [b for b in at.button if "out" in b.label]


def test_an_entry_taken_out_is_a_record_of_its_own_until_that_is_taken_back(path: Path) -> None:
    at = open_page(path)
    next(b for b in at.button if b.label == "Take out entry 1").click().run()
    assert not at.exception
    assert "2 entries, one record" not in [s.value for s in at.subheader]
    with open_corpus(path, FRAMEWORK) as corpus:
        assert len(corpus.records()) == 2
        assert [(r.kind, r.reason) for r in corpus.rulings()] == [
            ("distinct", "A person took this entry out of the record")
        ]
