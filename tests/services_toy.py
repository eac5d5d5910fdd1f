"""OpenAlex and PubMed as a server on this machine speaks for them: the documented replies, about made-up works.

A test says which works there are and what goes wrong; the server keeps every question it was asked.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Toy:
    """``works``: OpenAlex works by "doi:..." or "pmid:..."; ``articles``: PubMed XML by PMID, ``numbers``: PMID by DOI.

    ``troubles`` are used up one a request, before anything is answered: (status, headers, text), or None for none.
    """

    address: str = ""
    works: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    troubles: list[tuple[int, dict[str, str], str] | None] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # (path, parameters) of every request
    agents: list[str] = field(default_factory=list)

    def answer(self, path: str, params: dict[str, str]) -> str:
        if path == "/works":
            kind, _, values = params["filter"].partition(":")
            found = [work for value in values.split("|") for work in self.works.get(f"{kind}:{value}", ())]
            return json.dumps({"meta": {"count": len(found), "page": 1, "per_page": 100}, "results": found})
        if path == "/esearch.fcgi":
            dois = [part.split('"')[1] for part in params["term"].split(" OR ")]
            ids = "".join(f"<Id>{self.numbers[doi]}</Id>\n" for doi in dois if doi in self.numbers)
            return f"<?xml version='1.0'?>\n<eSearchResult><Count>1</Count><IdList>{ids}</IdList></eSearchResult>"
        found = [self.articles[number] for number in params["id"].split(",") if number in self.articles]
        return "<?xml version='1.0' ?>\n<PubmedArticleSet>\n" + "\n".join(found) + "\n</PubmedArticleSet>\n"


@contextmanager
def serve(toy: Toy) -> Iterator[Toy]:
    """The toy under an address of its own, while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, query: str) -> None:
            params = {name: values[0] for name, values in parse_qs(query).items()}
            path = urlsplit(self.path).path
            toy.asked.append((path, params))
            toy.agents.append(self.headers["User-Agent"])
            trouble = toy.troubles.pop(0) if toy.troubles else None
            status, headers, text = trouble or (200, {}, toy.answer(path, params))
            body = text.encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    toy.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield toy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def work(number: int, title: str, doi: str | None, **more: Any) -> dict[str, Any]:
    """A work as OpenAlex gives it."""
    said = {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/{doi}" if doi else None,
        "ids": {"openalex": f"https://openalex.org/W{number}"},
        "title": title,
        "publication_year": 2021,
        "authorships": [],
        "abstract_inverted_index": None,
        "mesh": [],
        "language": "en",
        "type": "article",
        "is_retracted": False,
    }
    return {**said, **more}


def article(pmid: str, title: str, doi: str, abstract: str = "", types: tuple[str, ...] = ("Journal Article",)) -> str:
    """A record as efetch gives it."""
    said = f"<Abstract><AbstractText Label='AIMS'>{abstract}</AbstractText></Abstract>" if abstract else ""
    kinds = "".join(f"<PublicationType UI='D0'>{kind}</PublicationType>" for kind in types)
    return (
        f"<PubmedArticle><MedlineCitation Status='MEDLINE' Owner='NLM'><PMID Version='1'>{pmid}</PMID><Article>"
        f"<ArticleTitle>{title}</ArticleTitle>{said}<Language>eng</Language>"
        f"<PublicationTypeList>{kinds}</PublicationTypeList></Article><MeshHeadingList><MeshHeading>"
        "<DescriptorName UI='D1' MajorTopicYN='Y'>Bullying</DescriptorName></MeshHeading></MeshHeadingList>"
        f"</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='pubmed'>{pmid}</ArticleId>"
        f"<ArticleId IdType='doi'>{doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
    )
