// What one cell is and how it is said: its values, its spoken name and its sentence.

Object.assign(GapMap.prototype, {
  cell(i, j) {
    const { data } = this;
    const at = (name) => (data[name] ? data[name][i][j] : null);
    const n = at("observed");
    const expected = at("expected");
    return {
      i, j, n, expected, row: data.rows[i], column: data.columns[j], state: at("state"), grade: at("grade") ?? "",
      ratio: at("ratio"), low: at("low"), high: at("high"), segments: at("segments"), change: at("change"), moved: at("moved"),
      last: at("last_year"), check: at("check") ?? "", hidden: at("hidden"), unvalidated: at("unvalidated"), all: at("unfiltered") ?? n,
    };
  },

  values(cell) {
    const two = (value) => (value === null ? "" : value.toFixed(2));
    const E = cell.expected === null ? "" : about(cell.expected);
    return {
      row: inner(cell.row), column: inner(cell.column), n: NUMBER.format(cell.n), O: NUMBER.format(cell.n),
      E, zero: fill(this.data.words.zero_of, { E }), hidden: cell.hidden ?? "", records: records(cell.n, this.data.words),
      ratio: two(cell.ratio), low: two(cell.low), high: two(cell.high), grade: this.data.grades[cell.grade] ?? cell.grade,
      corpus: NUMBER.format(this.data.n_records), statement: this.data.statement, year: cell.last ?? "",
      all: NUMBER.format(cell.all), reason: this.data.reasons[`${cell.i},${cell.j}`] ?? "",
    };
  },

  label(cell) {
    const { words } = this.data;
    const values = this.values(cell);
    const grade = this.isMarked(cell) ? `, ${values.grade}` : "";
    let said;
    if (cell.state === "na") said = fill(words.cell_na, values);
    else if (cell.state === "not-yet") said = fill(words.cell_not_yet, values);
    else if (cell.state === "empty") said = fill(words.cell_empty, values) + grade;
    else if (cell.state === "filtered") said = fill(words.cell_filtered, values);
    else if (cell.expected === null) said = values.records;
    else if (cell.state === "few") said = fill(words.cell_few, values);
    else said = fill(words.cell, values) + grade;
    const since = this.data.since;
    if (cell.change) said += `, ${fill(since ? words.cell_since : words.cell_change, { n: signed(cell.change), since })}`;
    if (cell.moved) said += `, ${fill(words.moved[cell.moved], { since })}`;
    const designs = this.colour === "design" && cell.segments ? this.designs(cell) : "";
    return `${cell.row.label}, ${values.column}: ${said}${designs ? ` (${designs})` : ""}`;
  },

  designs(cell) {
    return this.data.designs.map((design, k) => (cell.segments[k] ? `${cell.segments[k]} ${design.label}` : ""))
      .filter(Boolean).join(", ");
  },

  sentence(cell) {
    const { data } = this;
    const { words } = data;
    const values = this.values(cell);
    if (cell.state === "na") return fill(words.na, values);
    if (cell.state === "not-yet") return fill(words.not_yet, values);
    if (cell.state === "filtered") return fill(words.filtered, values);
    const isClaim = cell.state === "empty" || ["strong", "suggestive"].includes(cell.grade);
    const parts = [];
    if (isClaim && !data.confirmed.includes(cell.check)) parts.push(words.unchecked.trim());
    if (cell.n === 0) parts.push(fill(words.empty, values));
    if (cell.n === 0 && cell.hidden !== null) parts.push(fill(cell.unvalidated ? words.hidden_unvalidated : words.hidden, values));
    if (cell.state === "few") parts.push(fill(words.not_comparable, values));
    else if (cell.ratio !== null && cell.expected !== null) parts.push(fill(words.relative, values));
    else if (cell.n > 0) parts.push(`${values.records}.`);
    if (cell.grade && cell.state !== "few") parts.push(fill(words.grade, values));
    if (cell.state === "untested") parts.push(words.untested);
    if (cell.segments && cell.n) parts.push(`${this.designs(cell)}.`);
    if (cell.last) parts.push(fill(words.last_record, values));
    if (cell.moved) parts.push(`${fill(words.moved_sentence[cell.moved], { since: data.since })}.`);
    if (cell.change && data.since) parts.push(`${fill(words.cell_since, { n: signed(cell.change), since: data.since })}.`);
    return parts.join(" ");
  },

  isMarked(cell) {
    return cell.state !== "na" && Boolean(this.data.marks[cell.grade]);
  },

  kinds(cell) {
    const kinds = [];
    if (cell.state === "empty") kinds.push("empty");
    if (this.isMarked(cell)) kinds.push(this.data.marks[cell.grade]);
    if (cell.moved) kinds.push(cell.moved);
    if (cell.change) kinds.push(this.data.since ? "since" : "change");
    return kinds;
  },
});
