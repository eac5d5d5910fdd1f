"""The numbers of a PRISMA 2020 flow diagram, as far as a corpus knows them.

Identification and screening are here. What happens with full texts is not the corpus's business: those boxes are
written as NA, to be filled in by the reviewers.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FileError
from corpus.records import LOOKED_UP
from corpus.store import Corpus


@dataclass(frozen=True)
class Flow:
    """Counts of one corpus version.

    ``databases`` and ``registers`` map a source, as the person named it (else the file's name), to the items its
    files held. identified = duplicates + unreadable + records; records = suggested_out + screened + waiting.
    """

    databases: Mapping[str, int]
    registers: Mapping[str, int]
    identified: int
    duplicates: int  # items that joined a record another item made
    unreadable: int  # rejected when read, or erased
    records: int
    suggested_out: int  # by a rule, and no person has ruled on them
    screened: int  # a person ruled them in or out of scope
    excluded: int  # ruled out
    waiting: int  # neither: the diagram does not add up until they are screened

    @property
    def included(self) -> int:
        """Ruled in scope: the reports to retrieve next."""
        return self.screened - self.excluded


# Sources that are registers of studies and not databases of publications, in small letters.
REGISTERS = ("clinicaltrials.gov", "ictrp", "isrctn", "eudract", "ctis", "prospero", "anzctr", "drks", "chictr",
             "trial register", "trial registry", "trials register", "trials registry")  # fmt: skip


def count_flow(corpus: Corpus) -> Flow:
    """Every item of every accepted import, counted where it ended."""
    databases: dict[str, int] = {}
    registers: dict[str, int] = {}
    for done in corpus.imports():
        if done.state != "accepted":
            continue
        for file in done.files:
            if file.found and file.format != LOOKED_UP:  # what was looked up about records is no source of them
                source = done.source or file.file
                group = registers if any(word in source.casefold() for word in REGISTERS) else databases
                group[source] = group.get(source, 0) + file.found
    identified = sum(databases.values()) + sum(registers.values())
    ((n_read,),) = corpus.query(
        "SELECT count(*) FROM origins o JOIN imports i ON i.id = o.import_id JOIN entries e ON e.no = o.entry "
        "WHERE i.state = 'accepted' AND e.erased IS NULL AND e.format <> ?",
        (LOOKED_UP,),
    )
    frame = corpus.snapshot().frame
    scope = frame["scope"].astype(str)
    n_in, n_out = int((scope == "in").sum()), int((scope == "out").sum())
    suggested_out = int(((scope == "unscreened") & frame["suggested_out"]).sum())
    return Flow(
        databases=databases,
        registers=registers,
        identified=identified,
        duplicates=n_read - len(frame),
        unreadable=identified - n_read,
        records=len(frame),
        suggested_out=suggested_out,
        screened=n_in + n_out,
        excluded=n_out,
        waiting=len(frame) - n_in - n_out - suggested_out,
    )


# The rows that the PRISMA2020 flow-diagram tool (R package and web app) looks up: data, node, box, what we say of the
# row, and the words in the box. Keys and order are the tool's; NA is its word for none.
_ROWS = (
    ("NA", "node4", "prevstud", "Heading of the column for an earlier version of the review", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies of the earlier version",
     "Studies included in previous version of review"),
    ("previous_reports", "NA", "box1", "Reports of those studies",
     "Reports of studies included in previous version of review"),
    ("NA", "node6", "newstud", "Heading of the column for databases and registers",
     "Identification of new studies via databases and registers"),
    ("database_results", "node7", "box2", "Items in the files from databases", "Databases"),
    ("database_specific_results", "NA", "box2", "The same for each database or file", "Specific Databases"),
    ("register_results", "NA", "box2", "Items in the files from registers of studies", "Registers"),
    ("register_specific_results", "NA", "box2", "The same for each register", "Specific Registers"),
    ("NA", "node16", "othstud", "Heading of the column for other methods",
     "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Found on websites", "Websites"),
    ("organisation_results", "", "box11", "Found through organisations", "Organisations"),
    ("citations_results", "NA", "box11", "Found by following citations", "Citation searching"),
    ("duplicates", "node8", "box3", "Items that joined the record of another item", "Duplicate records"),
    ("excluded_automatic", "NA", "box3", "Suggested out of scope by a rule, not looked at by a person",
     "Records marked as ineligible by automation tools"),
    ("excluded_other", "NA", "box3", "Items that could not be read, or were erased",
     "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records a person ruled in or out of scope", "Records screened"),
    ("records_excluded", "node10", "box5", "Records a person ruled out of scope", "Records excluded"),
    ("dbr_sought_reports", "node11", "box6", "Records a person ruled in scope", "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "node12", "box7", "Fill in: full texts not found", "Reports not retrieved"),
    ("other_sought_reports", "node18", "box12", "Fill in, if other methods were used", "Reports sought for retrieval"),
    ("other_notretrieved_reports", "node19", "box13", "Fill in, if other methods were used", "Reports not retrieved"),
    ("dbr_assessed", "node13", "box8", "Fill in: full texts read", "Reports assessed for eligibility"),
    ("dbr_excluded", "node14", "box9", "Fill in, as: reason, number; reason, number", "Reports excluded"),
    ("other_assessed", "node20", "box14", "Fill in, if other methods were used", "Reports assessed for eligibility"),
    ("other_excluded", "node21", "box15", "Fill in, as: reason, number; reason, number", "Reports excluded"),
    ("new_studies", "node15", "box10", "Fill in: studies the review includes", "New studies included in review"),
    ("new_reports", "NA", "box10", "Fill in: their reports", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Fill in, if there was an earlier version",
     "Total studies included in review"),
    ("total_reports", "NA", "box16", "Fill in, if there was an earlier version", "Reports of total included studies"),
    ("identification", "node1", "identification", "Label of the first stage", "Identification"),
    ("screening", "node2", "screening", "Label of the second stage", "Screening"),
    ("included", "node3", "included", "Label of the third stage", "Included"),
)  # fmt: skip
COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
_LABELS = ("NA", "identification", "screening", "included")
_TO_FILL_IN = "Not recorded here, 0"  # the tool wants reasons with numbers


def write_prisma(flow: Flow, path: Path) -> None:
    """The counts as the CSV file that the PRISMA2020 flow-diagram tool reads. Raises FileError.

    Layout: the template of the tool (R package PRISMA2020, inst/extdata/PRISMA.csv).
    """
    known: dict[str, int | str] = {
        "database_results": sum(flow.databases.values()),
        "database_specific_results": _to_reasons(flow.databases),
        "register_results": sum(flow.registers.values()),
        "register_specific_results": _to_reasons(flow.registers),
        "duplicates": flow.duplicates,
        "excluded_automatic": flow.suggested_out,
        "excluded_other": flow.unreadable,
        "records_screened": flow.screened,
        "records_excluded": flow.excluded,
        "dbr_sought_reports": flow.included,
        "dbr_excluded": _TO_FILL_IN,
        "other_excluded": _TO_FILL_IN,
    }
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            for data, node, box, description, text in _ROWS:
                n = known.get(data, 0 if data in _LABELS else "NA")
                tooltip = description if node.startswith("node") else "NA"
                writer.writerow((data, node, box, description, text, tooltip, "NA", n))
    except OSError as error:
        raise FileError(str(path), f"it cannot be written: {error.strerror}. Choose another place.") from error


def _to_reasons(counts: Mapping[str, int]) -> str:
    """ "PubMed, 120; Scopus, 300": the tool parts at semicolons and commas, so names go without. "0" for none."""
    return "; ".join(f"{' '.join(re.sub('[,;]', ' ', name).split())}, {n}" for name, n in counts.items()) or "0"
