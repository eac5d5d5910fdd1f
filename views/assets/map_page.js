// The page around the map when it is a file of its own: filters, and the references behind each cell.
// Filters recount records; they do not judge again, so no grade is shown while one is on.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

const given = JSON.parse(document.getElementById("data").textContent);
const page = { ...given, ...(await unpack(given.packed)) };
const { map } = page;
const { words } = map;
const FIELDS = ["title", "authors", "venue", "year", "link", "design", "rows", "columns"];
const references = page.records.map((values) => Object.fromEntries(values.map((value, k) => [FIELDS[k], value])));
for (const one of references) {
  one.venue = page.venues[one.venue] ?? "";
  one.codable = one.rows.some((i) => !map.rows[i].extra) && one.columns.some((j) => !map.columns[j].extra);
  one.found = `${one.title} ${one.authors} ${one.venue}`.toLocaleLowerCase();
}
const host = document.querySelector("#map .lacuna");
const dialog = document.querySelector("dialog");
const form = document.querySelector("form");
const drawing = new GapMap(host);
const STEP = 50;

const passes = (one, { text, from, to, design }) =>
  text.every((word) => one.found.includes(word)) &&
  (!from || (one.year && one.year >= from)) && (!to || (one.year && one.year <= to)) &&
  (design === "" || one.design === Number(design));

function chosen() {
  const value = (name) => (form.elements[name]?.value ?? "").trim();
  return {
    text: value("text").toLocaleLowerCase().split(/\s+/).filter(Boolean),
    from: Number(value("from")) || 0, to: Number(value("to")) || 0, design: value("design"),
  };
}

function inForce(filter) {
  const said = [];
  if (filter.text.length) said.push(fill(words.filter_text, { text: filter.text.join(" ") }));
  if (filter.from && filter.to) said.push(fill(words.filter_years, filter));
  else if (filter.from) said.push(fill(words.filter_from, filter));
  else if (filter.to) said.push(fill(words.filter_to, filter));
  if (filter.design !== "") said.push(map.designs[Number(filter.design)].label);
  return said;
}

let kept = references;

function draw() {
  const filter = chosen();
  const said = inForce(filter);
  kept = said.length ? references.filter((one) => passes(one, filter)) : references;
  document.getElementById("status").textContent = said.length
    ? fill(words.filter_status, { n: NUMBER.format(kept.length), all: NUMBER.format(references.length) }) : "";
  document.getElementById("clear").hidden = !said.length;
  drawing.update(said.length ? recounted(said) : map, { pick: openCell });
}

function recounted(said) {
  const observed = map.rows.map(() => map.columns.map(() => 0));
  const segments = map.segments && map.rows.map(() => map.columns.map(() => map.designs.map(() => 0)));
  const rows = map.rows.map((line) => ({ ...line, total: 0 }));
  const columns = map.columns.map((line) => ({ ...line, total: 0 }));
  for (const one of kept) {
    for (const i of one.rows) rows[i].total += one.codable || rows[i].extra ? 1 : 0;
    for (const j of one.columns) columns[j].total += one.codable || columns[j].extra ? 1 : 0;
    for (const i of one.rows) for (const j of one.columns) {
      observed[i][j] += 1;
      if (segments && one.design !== null) segments[i][j][one.design] += 1;
    }
  }
  const state = map.state.map((row) => row.map((old) => (["na", "blank"].includes(old) ? old : "filtered")));
  const none = map.rows.map(() => map.columns.map(() => null));
  return {
    ...map, filtered: true, notes: [], rows, columns, observed, segments, state, unfiltered: map.observed, expected: none, ratio: none, low: none,
    high: none, grade: none, last_year: none, filters: [...map.filters, ...said], n_codable: kept.filter((one) => one.codable).length,
  };
}

function openCell(row, column) {
  const i = map.rows.findIndex((line) => line.id === row);
  const j = map.columns.findIndex((line) => line.id === column);
  // A heading opens what its total counts: records tagged on both sides, or all of them for a general tag.
  const found = kept.filter((one) => {
    if (row !== null && column !== null) return one.rows.includes(i) && one.columns.includes(j);
    const line = row !== null ? map.rows[i] : map.columns[j];
    return (row !== null ? one.rows.includes(i) : one.columns.includes(j)) && (one.codable || line.extra);
  });
  const names = [map.rows[i]?.label, map.columns[j] && (i < 0 ? map.columns[j].label : inner(map.columns[j]))].filter(Boolean);
  const heading = make("h2", { tabindex: "-1", id: "cell-title" }, `${names.join(" × ")}: ${records(found.length, words)}`);
  const said = inForce(chosen());
  const about = i >= 0 && j >= 0 ? drawing.sentence(drawing.cell(i, j)) : "";
  const list = make("ol", { class: "references" });
  const more = make("button", { type: "button", class: "plain", onclick: () => extend() }, "");
  let shown = 0;
  const extend = () => {
    for (const one of found.slice(shown, shown + STEP)) list.append(reference(one));
    shown = Math.min(found.length, shown + STEP);
    more.hidden = shown >= found.length;
    more.textContent = fill(words.show_more, { n: NUMBER.format(Math.min(STEP, found.length - shown)), left: NUMBER.format(found.length - shown) });
  };
  extend();
  dialog.replaceChildren(
    make("div", { class: "dialog-head" }, heading,
      make("button", { type: "button", class: "plain", onclick: () => dialog.close() }, words.close_references)),
    make("div", { class: "dialog-body" },
      about ? make("p", {}, about) : null,
      said.length ? make("p", {}, fill(words.filters, { filters: said.join("; ") })) : null,
      make("p", { class: "quiet" }, words.always),
      page.content_note && found.length ? make("p", { class: "note" }, page.content_note) : null,
      found.length ? list : make("p", {}, words.none_here), more));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  heading.focus();
  history.replaceState(null, "", `#${row ?? ""}/${column ?? ""}`);
}

function address(link) {
  if (link.startsWith("10.")) return `https://doi.org/${link}`;
  if (/^\d+$/.test(link)) return `https://pubmed.ncbi.nlm.nih.gov/${link}/`;
  return /^https?:\/\//.test(link) ? link : null;
}

function reference(one) {
  const title = one.title || words.no_title;
  const link = address(one.link);
  const name = link ? make("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, title) : make("span", {}, title);
  const rest = [one.authors, one.venue, one.year ?? words.no_year].filter(Boolean).join(" · ");
  const design = one.design !== null && map.designs[one.design] ? ` · ${map.designs[one.design].label}` : "";
  return make("li", {}, name, make("span", { class: "source" }, rest + design));
}

function openFromAddress() {
  const [row, column] = decodeURIComponent(location.hash.slice(1)).split("/");
  const known = (lines, id) => lines.some((line) => line.id === id);
  if (column === undefined || (!known(map.rows, row) && !known(map.columns, column))) return;
  openCell(known(map.rows, row) ? row : null, known(map.columns, column) ? column : null);
}

dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", draw);
document.getElementById("clear").addEventListener("click", () => { form.reset(); draw(); form.elements.text.focus(); });
const csv = document.getElementById("csv");
csv.href = URL.createObjectURL(new Blob(["\ufeff", page.csv], { type: "text/csv" }));
if (matchMedia("(min-width: 60rem)").matches) document.querySelector("details").open = true;
draw();
openFromAddress();
