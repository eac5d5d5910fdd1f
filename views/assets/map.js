// The gap map: one HTML table drawn from counts, labels and states (views/map_component.py says which).
// Nothing is computed here but sizes and words; text from records is only ever set as text.

const SVG = "http://www.w3.org/2000/svg";
const NUMBER = new Intl.NumberFormat("en");
const PATHS = {
  strong: "M1 2h10L6 11z",
  suggestive: "M1 2h10L6 11z",
  cluster: "M1 10h10L6 1z",
  flag: "M6 1l5 5-5 5-5-5z",
  opened: "M6 1a5 5 0 1 0 .01 0z",
  closed: "M6 1a5 5 0 1 0 .01 0z",
  stronger: "M6 1v9.5M2 6.5l4 4 4-4",
  weaker: "M6 11V1.5M2 5.5l4-4 4 4",
};
const RATIO_EDGES = [0.25, 0.5, 0.8, 1.25, 2, 4];
const COUNT_EDGES = [3, 10, 30, 100];

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

function records(n, words) {
  return fill(n === 1 ? words.one_record : words.n_records, { n: NUMBER.format(n) });
}

function about(value) {
  if (value === 0) return "0";
  if (value < 0.1) return "<0.1";
  return value < 2.95 ? value.toFixed(1) : NUMBER.format(Math.round(value));
}

function bin(value, edges) {
  return edges.filter((edge) => value >= edge).length + 1;
}

// Inside a sentence a label starts small, unless its id says it is a name (country codes are capitals).
function inner(line) {
  const { id, label } = line;
  const isName = id === id.toUpperCase() || label[1] !== label[1]?.toLowerCase();
  return isName ? label : label[0].toLowerCase() + label.slice(1);
}

function shape(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("class", `shape ${kind}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[kind]);
  svg.append(path);
  return svg;
}

class GapMap {
  constructor(host, panel = null) {
    this.host = host;
    this.panel = panel; // where cells are read out, if not below the map: one of several small maps
    this.opened = null;
    this.colour = "ratio";
    this.only = null;
    this.asTable = false;
    this.sort = { by: null, down: true };
    this.at = { row: null, column: null };
    const point = (event) => {
      const key = event.target.closest?.(".map [data-key]")?.dataset.key;
      if (key) this.read(key, event.type === "focusin");
    };
    host.addEventListener("mouseover", point);
    host.addEventListener("focusin", point);
  }

  // on.pick(row id or null, column id or null), on.open({rows, columns}): if given, the next data says what is open
  update(data, on) {
    this.data = data;
    this.on = on;
    if (this.opened === null || on.open) {
      const open = (axis, lines) => lines.filter((line) => line.state === "opened").map((line) => axis + line.id);
      this.opened = new Set([...open("r:", data.rows), ...open("c:", data.columns)]);
    }
    const [row, column] = data.chosen ?? [];
    if ((row || column) && this.at.row === null && this.at.column === null) this.at = { row, column };
    if (this.colour === "design" && !data.segments) this.colour = "ratio";
    // Nothing is expected of a filtered view, so there is nothing to colour by but the count.
    if (data.filtered && this.colour === "ratio") [this.colour, this.before] = ["count", "ratio"];
    else if (!data.filtered && this.before) [this.colour, this.before] = [this.before, null];
    this.draw();
  }

  draw() {
    const { host, data } = this;
    const focused = host.contains(host.getRootNode().activeElement) ? host.getRootNode().activeElement : null;
    const key = focused?.dataset.key;
    const shown = host.getRootNode().host ?? host;
    const backdrop = getComputedStyle(shown).getPropertyValue("--st-background-color").trim();
    if (backdrop) host.style.colorScheme = isDark(backdrop) ? "dark" : "light";

    this.rows = this.visible(data.rows, "r:");
    this.columns = this.visible(data.columns, "c:");
    this.largest = data.scale || Math.max(1, ...data.observed.map((row, i) =>
      Math.max(...row.map((n, j) => (data.rows[i].extra || data.columns[j].extra ? 0 : n)))));
    const parts = this.panel ? [this.region()]
      : [this.toolbar(), this.asTable ? this.twin() : this.region(), this.readout(), this.key()];
    if (host.children.length === parts.length) parts.forEach((part, k) => become(host.children[k], part));
    else host.replaceChildren(...parts);
    this.table = host.querySelector(".map");
    host.dataset.colour = this.colour;
    this.highlight();
    if (!key) return;
    const again = host.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again && again === host.getRootNode().activeElement && this.table?.contains(again)) this.read(key, true);
    else again?.focus({ preventScroll: true });
  }

  visible(lines, axis) {
    const byId = new Map(lines.map((line) => [line.id, line]));
    const isShown = (line) => !line.parent || !byId.has(line.parent) ||
      (this.opened.has(axis + line.parent) && isShown(byId.get(line.parent)));
    const depth = (line) => (line.parent && byId.has(line.parent) ? 1 + depth(byId.get(line.parent)) : 0);
    return lines.map((line, index) => ({
      ...line, index, depth: depth(line), parent: byId.has(line.parent) ? line.parent : null,
      opens: line.opens && this.on.open ? true : lines.some((other) => other.parent === line.id), open: this.opened.has(axis + line.id),
    })).filter(isShown);
  }

  // --- the table --------------------------------------------------------------------------------

  region() {
    const { data } = this;
    const angled = this.panel || this.columns.length > 8;
    const kinds = `map ${angled ? "angled" : "wide"}${this.panel ? " small" : ""}${data.moved ? " compared" : ""}`;
    const table = make("table", { class: kinds, onkeydown: (event) => this.move(event) });
    table.append(make("caption", {}, make("strong", {}, data.title), " ", this.caption()));
    table.append(make("colgroup", {}, make("col", { class: "for-head" }), make("col", { class: "for-total" })));
    for (const group of families(this.columns)) {
      table.append(make("colgroup", {}, ...group.map(() => make("col", { class: "for-cell" }))));
    }
    table.append(this.header());
    let extras = false;
    for (const family of families(this.rows)) {
      const body = make("tbody");
      if (family[0].extra && !extras) {
        extras = true;
        const span = this.columns.length + 2;
        body.append(make("tr", { class: "divider" }, make("td", { colspan: span }, make("span", {}, data.words.extras))));
      }
      for (const line of family) body.append(this.row(line, family.length > 1 && line === family[0]));
      table.append(body);
    }
    this.table = table;
    this.restTab();
    return make("div", { class: "region", role: "region", "aria-label": data.title, tabindex: "0" }, table);
  }

  caption() {
    const { data } = this;
    const words = data.words;
    const shown = data.filters.length ? fill(words.filters, { filters: data.filters.join("; ") }) : words.no_filter;
    const codable = fill(words.codable, {
      n: NUMBER.format(data.n_codable), all: NUMBER.format(data.n_records), row: data.row_axis, column: data.column_axis,
    });
    return make("span", {}, this.panel ? codable : `${codable} ${shown}`);
  }

  header() {
    const { data } = this;
    const top = make("tr", { class: "axis" },
      make("td", { colspan: 2 }),
      make("th", { scope: "colgroup", colspan: this.columns.length }, make("span", {}, data.column_axis)));
    const names = make("tr", { class: "names" },
      make("th", { scope: "col", class: "corner" }, data.row_axis),
      make("th", { scope: "col", class: "total" }, data.words.total));
    const totals = make("tr", { class: "totals" },
      make("th", { scope: "row", class: "corner" }, data.words.total),
      make("td", { class: "total", title: data.words.codable_short }, NUMBER.format(data.n_codable)));
    for (const line of this.columns) {
      const heading = this.heading(line, "c:", { row: null, column: line.id });
      const classes = `column depth-${line.depth}${line.extra ? " extra" : ""}`;
      names.append(make("th", { scope: line.opens && line.open ? "colgroup" : "col", class: classes },
        make("div", { class: "label" }, heading)));
      totals.append(make("td", {}, make("span", {}, NUMBER.format(line.total)), this.toggle(line, "c:")));
    }
    return make("thead", {}, top, names, totals);
  }

  row(line, parent) {
    const row = make("tr", { class: `depth-${line.depth}${line.extra ? " extra" : ""}` });
    const heading = this.heading(line, "r:", { row: line.id, column: null });
    row.append(make("th", { scope: parent ? "rowgroup" : "row", class: "line" },
      make("div", { class: "line-head" }, this.toggle(line, "r:"), heading)));
    row.append(make("td", { class: "total" }, NUMBER.format(line.total)));
    for (const column of this.columns) row.append(this.box(this.cell(line.index, column.index)));
    return row;
  }

  heading(line, axis, pick) {
    return make("button", {
      type: "button", class: "name", tabindex: "-1", title: line.hint || line.label, "data-key": axis + line.id,
      "aria-label": `${line.label}: ${records(line.total, this.data.words)}`,
      "aria-current": this.isChosen(pick.row, pick.column) ? "true" : null,
      onclick: () => this.on.pick(pick.row, pick.column),
    }, line.label);
  }

  toggle(line, axis) {
    if (!line.opens) return null;
    const { words } = this.data;
    return make("button", {
      type: "button", class: "toggle", "aria-expanded": String(line.open), "data-key": `!${axis}${line.id}`,
      "aria-label": fill(words.toggle, { label: line.label }), title: line.open ? words.close : words.open,
      onclick: () => {
        const id = axis + line.id;
        if (!this.opened.delete(id)) this.opened.add(id);
        this.draw();
        const ids = (prefix) => [...this.opened].filter((key) => key.startsWith(prefix)).map((key) => key.slice(2));
        this.on.open?.({ rows: ids("r:"), columns: ids("c:") });
      },
    });
  }

  box(cell) {
    if (cell.state === "blank") return make("td", { class: "blank" });
    const kinds = this.kinds(cell);
    const button = make("button", {
      type: "button", tabindex: "-1", class: `cell ${cell.state} ${kinds.join(" ")}`,
      "aria-label": this.label(cell), "data-key": `${cell.row.id}|${cell.column.id}`,
      "aria-disabled": cell.state === "na" ? "true" : null, "data-change": cell.change ? signed(cell.change) : null,
      "aria-current": this.isChosen(cell.row.id, cell.column.id) ? "true" : null,
      onclick: () => cell.state !== "na" && this.on.pick(cell.row.id, cell.column.id),
    });
    if (cell.state === "empty") {
      button.append(make("span", { class: "n" }, fill(this.data.words.zero_of, this.values(cell))));
    } else if (cell.n > 0 && cell.state !== "na") {
      button.append(this.square(cell), make("span", { class: "n" }, NUMBER.format(cell.n)));
    } else {
      button.append(make("span", { class: "dot", "aria-hidden": "true" }));
    }
    if (this.isMarked(cell)) button.append(shape(this.data.marks[cell.grade]));
    if (cell.moved) {
      const word = this.data.words.moved_short[cell.moved];
      button.append(make("span", { class: "moved", "data-word": word, "aria-hidden": "true" }, shape(cell.moved)));
    }
    return make("td", {}, button);
  }

  isChosen(row, column) {
    const [a, b] = this.data.chosen ?? [];
    return Boolean(a || b) && (a ?? null) === row && (b ?? null) === column;
  }

  square(cell) {
    const square = make("span", { class: "square", "aria-hidden": "true" });
    square.style.setProperty("--side", Math.min(1, Math.sqrt(cell.n / this.largest)).toFixed(3));
    if (this.colour === "design" && cell.segments) {
      this.data.designs.forEach((design, k) => {
        if (!cell.segments[k]) return;
        const share = cell.segments[k] / cell.segments.reduce((a, b) => a + b, 0);
        const stripe = make("i", { class: `stripe design-${k}` });
        stripe.style.flexGrow = share;
        const side = Math.sqrt(cell.n / this.largest);
        if (side > 0.36 && share * side > 0.28) stripe.dataset.letter = design.letter; // where one fits
        square.append(stripe);
      });
    } else if (this.colour === "count") square.classList.add(`count-${bin(cell.n, COUNT_EDGES)}`);
    else square.classList.add(cell.ratio === null || cell.state === "few" ? "ratio-0" : `ratio-${bin(cell.ratio, RATIO_EDGES)}`);
    return square;
  }

  // --- moving about -----------------------------------------------------------------------------

  // One tab stop for the grid: the cell (or heading) last visited.
  restTab() {
    const { row, column } = this.at;
    const keys = [`${row}|${column}`, `r:${row}`, `c:${column}`];
    const wanted = row && column ? keys[0] : row ? keys[1] : column ? keys[2] : null;
    const stop = (wanted && this.find(wanted)) || this.table.querySelector(".cell") || this.table.querySelector(".name");
    stop?.setAttribute("tabindex", "0");
  }

  find(key) {
    return this.table.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  place(key) {
    if (key.startsWith("r:")) return [this.rows.findIndex((line) => line.id === key.slice(2)), -1];
    if (key.startsWith("c:")) return [-1, this.columns.findIndex((line) => line.id === key.slice(2))];
    const [row, column] = key.split("|");
    return [this.rows.findIndex((line) => line.id === row), this.columns.findIndex((line) => line.id === column)];
  }

  nodeAt(r, c) {
    if (r < 0 && c < 0) return null;
    if (c < 0) return this.rows[r] ? this.find(`r:${this.rows[r].id}`) : null;
    if (r < 0) return this.columns[c] ? this.find(`c:${this.columns[c].id}`) : null;
    return this.rows[r] && this.columns[c] ? this.find(`${this.rows[r].id}|${this.columns[c].id}`) : null;
  }

  move(event) {
    const key = event.target.dataset?.key;
    if (!key || key.startsWith("!") || event.altKey || event.metaKey) return;
    let [r, c] = this.place(key);
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const ends = { Home: [event.ctrlKey ? 0 : r, event.ctrlKey ? 0 : -1],
      End: [event.ctrlKey ? this.rows.length - 1 : r, this.columns.length - 1] };
    let node = null;
    if (ends[event.key]) {
      [r, c] = ends[event.key];
      if (r < 0 && c < 0) c = 0;
      const back = event.key === "End" ? -1 : 1;
      while (!(node = this.nodeAt(r, c)) && c >= -1 && c < this.columns.length) c += back;
    } else if (steps[event.key]) {
      const [dr, dc] = steps[event.key];
      do { r += dr; c += dc; node = this.nodeAt(r, c); }
      while (!node && r >= -1 && c >= -1 && r < this.rows.length && c < this.columns.length);
    } else return;
    event.preventDefault();
    node?.focus();
  }

  read(key, focused) {
    if (key.startsWith("!")) return;
    const [r, c] = this.place(key);
    const row = this.rows[r];
    const column = this.columns[c];
    if (focused) {
      for (const old of this.table.querySelectorAll('.name[tabindex="0"], .cell[tabindex="0"]')) old.setAttribute("tabindex", "-1");
      this.find(key)?.setAttribute("tabindex", "0");
      this.at = { row: row?.id ?? null, column: column?.id ?? null };
    }
    for (const node of this.table.querySelectorAll(".on")) node.classList.remove("on");
    if (row) this.find(`r:${row.id}`)?.closest("th").classList.add("on");
    if (column) this.find(`c:${column.id}`)?.closest("th").classList.add("on");
    const panel = this.panel ?? this.host.querySelector(".readout");
    panel.classList.add("active");
    const of = this.panel ? `${this.data.title}: ` : "";
    if (row && column) {
      const cell = this.cell(row.index, column.index);
      panel.replaceChildren(make("strong", {}, `${of}${row.label} × ${inner(column)}`), " ", this.sentence(cell));
    } else {
      const line = row ?? column;
      panel.replaceChildren(make("strong", {}, of + line.label), ` ${records(line.total, this.data.words)}. ${line.hint ?? ""}`);
    }
  }

  readout() {
    return make("p", { class: "readout" }, this.data.words.readout);
  }
}

function families(lines) {
  const found = [];
  for (const line of lines) {
    if (line.depth > 0 && found.length) found.at(-1).push(line);
    else found.push([line]);
  }
  return found;
}

function signed(n) {
  return n > 0 ? `+${n}` : `−${-n}`;
}

const darkness = new Map();

function isDark(colour) {
  if (!darkness.has(colour)) darkness.set(colour, measureDarkness(colour));
  return darkness.get(colour);
}

function measureDarkness(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const [r, g, b] = [1, 3, 5].map((k) => parseInt(probe.fillStyle.slice(k, k + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}
