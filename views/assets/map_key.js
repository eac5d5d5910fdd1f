// What stands around the table: the buttons above it, the key below it and its twin as a sortable list.

Object.assign(GapMap.prototype, {
  toolbar() {
    const { words } = this.data;
    const bar = make("div", { class: "toolbar" });
    bar.append(this.choice(words.view, [["map", words.view_map], ["table", words.view_table]], this.asTable ? "table" : "map",
      (value) => { this.asTable = value === "table"; }));
    if (!this.asTable) {
      const ways = [["count", words.colour_count]];
      if (!this.data.filtered) ways.unshift(["ratio", words.colour_ratio]);
      if (this.data.segments) ways.push(["design", words.colour_design]);
      bar.append(this.choice(words.colour, ways, this.colour, (value) => { this.colour = value; }));
    }
    bar.append(this.finder());
    return bar;
  },

  choice(label, options, chosen, set) {
    const group = make("div", { class: "choice", role: "group", "aria-label": label });
    group.append(make("span", { class: "choice-label", "aria-hidden": "true" }, label));
    for (const [value, text] of options) {
      group.append(make("button", {
        type: "button", "aria-pressed": String(value === chosen), "data-key": `!${label}-${value}`,
        onclick: () => { set(value); this.draw(); },
      }, text));
    }
    return group;
  },

  // The key is also the way to find: press a state and only its cells stay bright.
  finder() {
    const { words } = this.data;
    const counts = new Map();
    for (const row of this.rows) for (const column of this.columns) {
      for (const kind of this.kinds(this.cell(row.index, column.index))) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const group = make("div", { class: "finder", role: "group", "aria-label": words.find });
    for (const [kind, text] of Object.entries(words.kinds)) {
      if (!counts.get(kind)) continue;
      group.append(make("button", {
        type: "button", class: `chip ${kind}`, "aria-pressed": String(this.only === kind), "data-key": `!find-${kind}`,
        title: words.hints[kind] ?? "",
        onclick: () => { this.only = this.only === kind ? null : kind; this.draw(); },
      }, this.sample(kind), text, make("b", {}, NUMBER.format(counts.get(kind)))));
    }
    if (this.only && !counts.get(this.only)) this.only = null;
    return group;
  },

  sample(kind) {
    if (kind === "empty") return make("span", { class: "sample-empty", "aria-hidden": "true" });
    if (kind === "change" || kind === "since") return make("span", { class: "sample-change", "aria-hidden": "true" });
    return shape(kind);
  },

  highlight() {
    this.host.classList.toggle("finding", Boolean(this.only));
    for (const node of this.host.querySelectorAll(".cell")) {
      node.classList.toggle("found", Boolean(this.only) && node.classList.contains(this.only));
    }
  },

  key() {
    const { data } = this;
    const { words } = data;
    const notes = make("ul", { class: "notes" }, ...[...data.notes, ...data.cautions].map((note) => make("li", {}, note)));
    if (this.asTable) return notes;
    const list = make("dl", { class: "key", "aria-label": words.key });
    const add = (sample, text) => list.append(make("div", {}, make("dt", { "aria-hidden": "true" }, ...sample), make("dd", {}, text)));
    const sizes = [1, Math.round(this.largest / 4), this.largest].filter((n, k, all) => n > 0 && all.indexOf(n) === k);
    add(sizes.map((n) => this.square({ n, ratio: null, state: "few", segments: null })), fill(words.key_size, { sizes: sizes.map((n) => NUMBER.format(n)).join(", ") }));
    if (this.colour === "ratio") {
      add([1, 2, 3, 4, 5, 6, 7].map((k) => make("span", { class: `swatch ratio-${k}` })), words.key_ratio);
      add([make("span", { class: "swatch ratio-0" })], words.key_few);
    } else if (this.colour === "count") {
      add([1, 2, 3, 4, 5].map((k) => make("span", { class: `swatch count-${k}` })), words.key_count);
    } else {
      data.designs.forEach((design, k) => add([make("i", { class: `swatch stripe design-${k}` }, design.letter)], design.label));
    }
    const has = (state) => this.rows.some((r) => this.columns.some((c) => data.state[r.index][c.index] === state));
    if (!data.filtered) add([make("span", { class: "sample-empty" })], words.key_empty);
    add([make("span", { class: "sample-dot" })], data.filtered ? words.key_none : words.key_dot);
    if (has("na")) add([make("span", { class: "swatch hatch" })], words.key_na);
    if (has("not-yet")) add([make("span", { class: "swatch ring" })], words.key_not_yet);
    return make("div", {}, list, notes);
  },

  // --- the same cells as a list -------------------------------------------------------------------

  twin() {
    const { data } = this;
    const { words } = data;
    const cells = [];
    for (const row of this.rows) for (const column of this.columns) {
      const cell = this.cell(row.index, column.index);
      if (cell.state === "na" || cell.state === "blank") continue;
      if (!this.only || this.kinds(cell).includes(this.only)) cells.push(cell);
    }
    const columns = words.twin;
    const value = {
      row: (cell) => cell.row.label, column: (cell) => cell.column.label, observed: (cell) => cell.n,
      expected: (cell) => cell.expected, ratio: (cell) => cell.ratio, low: (cell) => cell.low, high: (cell) => cell.high,
      grade: (cell) => data.grades[cell.grade] ?? cell.grade, check: (cell) => cell.check ?? "", last: (cell) => cell.last,
    };
    if (this.sort.by) {
      const by = value[this.sort.by];
      const sign = this.sort.down ? -1 : 1;
      const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);
      cells.sort((a, b) => {
        const [x, y] = [by(a), by(b)];
        if (x === y) return 0;
        if (x === null || x === "") return 1; // what is unknown stays at the end whichever way one sorts
        if (y === null || y === "") return -1;
        return sign * compare(x, y);
      });
    }
    const head = make("tr");
    for (const [id, text] of Object.entries(columns)) {
      const sorted = this.sort.by === id ? (this.sort.down ? "descending" : "ascending") : null;
      head.append(make("th", { scope: "col", "aria-sort": sorted, class: `is-${id}` }, make("button", {
        type: "button", "data-key": `!sort-${id}`,
        onclick: () => {
          const isText = ["row", "column", "grade", "check"].includes(id);
          this.sort = { by: id, down: this.sort.by === id ? !this.sort.down : !isText };
          this.draw();
        },
      }, text)));
    }
    const body = make("tbody");
    const fixed = (number, digits) => (number === null ? "–" : number.toFixed(digits));
    for (const cell of cells) {
      body.append(make("tr", {},
        make("th", { scope: "row" }, cell.row.label),
        make("td", {}, cell.column.label),
        make("td", { class: "number" }, make("button", {
          type: "button", class: "open", "aria-label": `${NUMBER.format(cell.n)}: ${this.label(cell)}`,
          onclick: () => this.on.pick(cell.row.id, cell.column.id),
        }, NUMBER.format(cell.n))),
        make("td", { class: "number" }, fixed(cell.expected, 1)),
        make("td", { class: "number" }, fixed(cell.ratio, 2)),
        make("td", { class: "number" }, fixed(cell.low, 2)),
        make("td", { class: "number" }, fixed(cell.high, 2)),
        make("td", {}, this.isMarked(cell) ? shape(data.marks[cell.grade]) : null, value.grade(cell) || "–"),
        make("td", {}, value.check(cell) || "–"),
        make("td", { class: "number" }, cell.last === null ? "–" : String(cell.last))));
    }
    const caption = make("caption", {}, make("strong", {}, data.title), " ", this.caption());
    return make("div", { class: "region", role: "region", "aria-label": data.title, tabindex: "0" },
      make("table", { class: "twin" }, caption, make("thead", {}, head), body));
  },
});
