"""Which column of a table is what: headings as databases, screening tools and people write them.

One table for all. Headings are compared without case, accents and punctuation, so "Publication Year",
"publication_year" and "PUBLICATION-YEAR" are one row.
"""

import re
import unicodedata
from collections.abc import Sequence

# Our field -> headings. Exports: PubMed, Scopus, Dimensions, Lens, Cochrane, Covidence, Rayyan, ASReview, OpenAlex,
# bibliometrix, IEEE Xplore, ProQuest, EBSCO, PsycInfo, CINAHL, Zotero, Mendeley, EndNote; then what people call them.
HEADINGS: dict[str, str] = {
    "title": "title|article title|document title|primary title|publication title primary|ti|t1|display name|"
    "item title|record title|paper title|titel|titre|titulo|titolo|título del artículo|título do artigo|"
    "titre de l'article|reference title|study title|name of article|title english|tytuł|otsikko|заглавие|"
    "название|题名|标题|篇名|タイトル|제목",
    "original_title": "original title|vernacular title|titulo original|titre original|originaltitel|"
    "foreign title|ot",
    "title_secondary": "secondary title|t2|translated title|alternate title1",
    "subtitle": "subtitle|untertitel|sous-titre|subtitulo",
    "author": "author|authors|au|a1|author(s)|author/s|author names|author name|all authors|authors list|"
    "author list|creator|creators|contributors|first authors|authorships author display name|autor|autoren|"
    "auteur|auteurs|autores|autor(es)|autore|autori|verfasser|item authors|authors primary|authors corrected|"
    "tekijät|авторы|автор|作者|著者|저자",
    "author_full": "author full names|author full name|af|authors full names|full author names|full authors|"
    "authors full",
    "editor": "editor|editors|ed|book editors|herausgeber|éditeur scientifique|editores|secondary authors|a2",
    "year": "year|publication year|pub year|pubyear|py|year of publication|published year|publication yr|yr|"
    "cover year|date published year|jahr|erscheinungsjahr|publikationsjahr|année|année de publication|annee|año|"
    "año de publicación|ano|ano de publicação|anno|issue year|год|年|年份|出版年|発行年|연도",
    "date": "date|publication date|pub date|pubdate|date published|published|published date|cover date|da|y1|"
    "date of publication|datum|erscheinungsdatum|date de publication|fecha|fecha de publicación|data|"
    "data de publicação|earliest date|online date|issue date|item date|early access date|ea",
    "journal": "journal|journal title|journal name|source title|publication title|publication name|publication|"
    "so|jo|jf|t2 journal|container title|journal/book|source publication|journal full|full journal title|"
    "journal book|primary location source display name|host venue display name|source display name|periodical|"
    "zeitschrift|revue|revista|rivista|fuente|venue|journal full title|publicationtitle|item journal|lehti|"
    "pubtitle|parent title|журнал|期刊|刊名|来源|雑誌名|저널",
    "journal_abbreviated": "abbreviated source title|journal abbreviation|journal abbrev|iso abbreviation|ja|j9|"
    "ji|journal iso|abbreviated journal|journal abbr|journal short",
    "booktitle": "book title|booktitle|bt|proceedings title|proceedings|buchtitel|titre du livre",
    "series": "series|series title|book series title|se|serie|anthology title",
    "volume": "volume|vol|vl|volume number|band|jahrgang|volumen|tome|volume no|biblio volume|journal volume|卷|"
    "巻|권",
    "issue": "issue|number|no|is|issue number|issue no|heft|nummer|numéro|numero|número|fascicule|biblio issue|"
    "ausgabe|journal issue|期|号|호",
    "pages": "pages|page|pg|pp|page range|page numbers|pagination|seiten|páginas|paginas|pagine|page(s)|页码|"
    "ページ|쪽",
    "start_page": "start page|page start|first page|startpage|sp|bp|beginning page|biblio first page|page from",
    "end_page": "end page|page end|last page|endpage|ep|ending page|biblio last page|page to",
    "article_number": "article number|art no|art no.|ar|eid number|elocation id|article no|articlenumber|"
    "e-location",
    "doi": "doi|digital object identifier|article doi|doi link|doi url|item doi|do|di|ids doi|doinumber|"
    "doi number",
    "pmid": "pmid|pubmed id|pubmedid|pubmed|pm|medline id|ids pmid|pmid number|pubmed identifier|medline pmid|"
    "an pmid",
    "pmcid": "pmcid|pmc|pmc id|pubmed central id|ids pmcid",
    "isbn": "isbn|isbns|isbn13|isbn10|isbn-13|isbn-10|bn",
    "issn": "issn|issns|eissn|e-issn|issn print|issn online|print issn|electronic issn|sn|ei|issn l|"
    "primary location source issn l|primary location source issn",
    "abstract": "abstract|abstracts|ab|n2|summary|description|abstract note|abstract text|abstract english|"
    "zusammenfassung|kurzfassung|résumé|resume|resumen|resumo|riassunto|sommario|abstractnote|item abstract|"
    "аннотация|摘要|抄録|초록",
    "keywords": "keywords|keyword|author keywords|kw|de|authors keywords|keywords author|"
    "author supplied keywords|schlagwörter|schlagworte|stichwörter|mots clés|mots-clés|mot clé|palabras clave|"
    "palavras-chave|parole chiave|manual tags|tags|subject terms author|identifier keywords|ключевые слова|"
    "关键词|キーワード|키워드",
    "mesh": "mesh|mesh terms|mesh headings|mesh heading|mesh_terms|mh|mesh terms display|index keywords|"
    "indexed keywords|subject headings|descriptors|controlled vocabulary|emtree terms|cinahl headings|"
    "major subjects|minor subjects|thesaurus terms|indexing",
    "type": "type|document type|item type|reference type|type of reference|ty|pt|publication kind|dokumenttyp|"
    "type de document|tipo de documento|entry type|itemtype|work type|type crossref|genre|type name|doctype",
    "publication_type": "publication type|publication types|pubtype|dt|article type|type of publication|pub type",
    "language": "language|languages|la|language of original document|language of article|sprache|langue|idioma|lingua|"
    "original language",
    "affiliation": "affiliation|affiliations|author affiliations|authors with affiliations|author affiliation|ad|"
    "c1|institutions|author address|author addresses|addresses|authorships institutions display name|institution names|"
    "authors affiliations|raw affiliation",
    "url": "url|link|links|urls|ur|web link|article url|external url|document url|plink|fulltext link|pdf link|"
    "open access url|source url|l1|l2",
    "note": "note|notes|n1|comments|remarks|anmerkungen|notas|extra|research notes|user notes",
    "accession": "accession number|accession no|ut|ut unique wos id|eid|lens id|publication id|an|accession|"
    "wos id|openalex id|ids openalex|cochrane id|cochrane review id|embase accession id|pui|unique wos id",
    "source": "source|database|databases|data source|source database|db|dp|datenbank|base de datos|"
    "library catalog",
    "publisher": "publisher|pu|pb|verlag|éditeur|editorial|editora|editore",
    "place": "place published|place of publication|publisher location|cy|place|verlagsort|ville|"
    "lugar de publicación",
    "edition": "edition|et|auflage|édition|edición",
    "citations": "cited by|times cited|citations|citation count|cited by count|citing works count|tc|"
    "article citation count|times cited all databases|citation number|num cited by",
    "conference": "conference|conference name|conference title|ct|meeting name|event name",
    "institution": "institution|university|school|report institution",
    "country": "country|countries|country of publication|affiliation country|authorships countries|land|pays|"
    "país|pais",
}  # fmt: skip

# Said by so many other tables too that they alone do not make one of references.
_WEAK = frozenset({"type", "publication_type", "language", "url", "note", "source", "place", "country", "date", "year",
                   "citations", "issue", "volume", "series", "institution", "conference", "edition", "publisher",
                   "affiliation", "pages", "start_page", "end_page", "article_number", "subtitle"})  # fmt: skip
_PLACES = frozenset({"volume", "issue", "pages", "start_page", "article_number"})
# Two-letter headings mean something only where most of the others are tags too.
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold_heading(text: str) -> str:
    """A heading for comparing: "Año de publicación" and "ANO DE PUBLICACION" give the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_WORD.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


_FIELD_OF = {fold_heading(h): name for name, headings in HEADINGS.items() for h in headings.split("|")}


_LISTED = frozenset(h for headings in HEADINGS.values() for h in headings.split("|"))


def may_be_headings(cells: Sequence[str]) -> bool:
    """Whether one cell is a heading as listed here."""
    return not _LISTED.isdisjoint(map(str.lower, cells))


def to_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The field of each heading: ours where we know it, else the heading as it stands, or "column 3" if it is empty."""
    tags = [bool(_TAG.fullmatch(cell.strip())) for cell in cells]
    tagged = sum(tags) >= 4 and sum(tags) * 2 >= len(cells)
    columns: list[str] = []
    for number, (cell, tag) in enumerate(zip(cells, tags, strict=True), start=1):
        known = _FIELD_OF.get(fold_heading(cell)) if tagged or not tag else None
        if known == "start_page" and cell.strip() == "SP" and "BP" in cells:
            known = None  # in Web of Science it is the sponsor of the conference
        columns.append(known or cell.strip() or f"column {number}")
    if "journal" not in columns and not _PLACES.isdisjoint(columns):
        # Where there are volumes but no journals, "Source" is the journal and not the database.
        columns = ["journal" if fold_heading(cell) == "source" else c for c, cell in zip(columns, cells, strict=True)]
    return tuple(columns)


def is_known(column: str) -> bool:
    """Whether the column is one of our fields."""
    return column in HEADINGS


def score_headings(cells: Sequence[str]) -> int:
    """How much a row looks like the headings of references: 0 if it is none, else the number of headings known."""
    if len(cells) > 1 and max(map(len, cells)) > 120:
        return 0
    known = [column for column in to_columns(cells) if column in HEADINGS]
    return len(known) if any(column not in _WEAK for column in known) else 0
