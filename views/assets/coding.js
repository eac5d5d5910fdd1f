// The coding component: one record at a time, its words marked by code, every decision a key.
// Text of records is only ever set as text. What a person does is kept in an outbox and sent again until Python has
// acknowledged its number, so that no key is lost while a page is being drawn.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function isDark(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

const UNDECIDED = new Set(["given", "open"]);
const KEYS = [
  [["↑", "↓"], "between codes"], [["y"], "confirm"], [["n"], "reject"], [["a"], "add a code"],
  [["f"], "this facet is coded in full"], [["u"], "undo"], [["→"], "next record"], [["←"], "previous record"],
  [["s"], "skip for now"],
];

class Coding {
  constructor(host) {
    this.host = host;
    this.records = new Map();
    this.outbox = [];
    this.seq = 0;
    this.at = 0;
    this.chosen = null;
    this.adding = null;
    this.said = "";
    this.keysOn = true;
    this.listen = (event) => this.onKey(event);
    document.addEventListener("keydown", this.listen);
  }

  leave() {
    document.removeEventListener("keydown", this.listen);
  }

  update(data, send) {
    const first = !this.data;
    this.data = data;
    this.send = send;
    this.seq = Math.max(this.seq, data.acked);
    this.outbox = this.outbox.filter((act) => act.seq > data.acked);
    this.facets = new Map(data.facets.map((facet) => [facet.id, facet]));
    if (first || data.list !== this.list || !this.outbox.length) {
      this.list = data.list;
      this.order = [...data.order];
      if (this.at !== data.at || first) this.chosen = null;
      this.at = data.at;
      if (first) this.records.clear();
    }
    for (const record of data.records) this.records.set(record.id, structuredClone(record));
    for (const act of this.outbox) this.apply(act);
    if (data.error) this.said = data.error;
    this.draw(first);
  }

  get record() {
    return this.records.get(this.order[this.at]);
  }

  lines() {
    if (!this.record) return [];
    return this.record.facets.flatMap((facet) => facet.codes.length
      ? facet.codes.map((code) => ({ facet, code, key: `${facet.id}/${code.tag}` }))
      : [{ facet, code: null, key: `${facet.id}/` }]);
  }

  line() {
    const lines = this.lines();
    return lines.find((line) => line.key === this.chosen) ?? this.opening(lines);
  }

  // Where a record begins: at the first code the queue asks about, else the first undecided, else the first.
  opening(lines) {
    const undecided = (line) => line.code && UNDECIDED.has(line.code.state);
    return lines.find((line) => undecided(line) && line.code.asked) ?? lines.find(undecided) ?? lines[0];
  }

  // --- acts -------------------------------------------------------------------------------------

  act(act) {
    this.seq += 1;
    const numbered = { ...act, seq: this.seq, record: this.record?.id ?? null };
    this.outbox.push(numbered);
    this.apply(numbered);
    this.send(this.outbox);
  }

  // What an act makes of what is on screen, until Python says it better.
  apply(act) {
    const record = this.records.get(act.record);
    const facet = record?.facets.find((other) => other.id === act.facet);
    if (act.kind === "rule" && facet) {
      let code = facet.codes.find((other) => other.tag === act.tag);
      if (!code) {
        code = { tag: act.tag, label: act.label, definition: "", state: "open", by: "", person: true };
        facet.codes.push(code);
      }
      code.state = act.value;
    }
    if (act.kind === "full" && facet) {
      facet.full = true;
      for (const code of facet.codes) if (code.state === "given") code.state = "confirmed";
    }
  }

  rule(value) {
    const line = this.line();
    if (!line?.code || !this.data.can_curate) return;
    const verdict = value === "confirmed" && ["open", "rejected"].includes(line.code.state) ? "added" : value;
    this.act({ kind: "rule", facet: line.facet.id, tag: line.code.tag, value: verdict });
    this.said = `${this.data.words[verdict]}: ${line.code.label}`;
    const lines = this.lines();
    const here = lines.findIndex((other) => other.key === line.key);
    const next = [...lines.slice(here + 1), ...lines.slice(0, here)].find((o) => o.code && UNDECIDED.has(o.code.state));
    this.chosen = next ? next.key : line.key;
    if (!next) this.said += `. ${this.data.words.all_checked}`;
    this.draw(true);
  }

  full() {
    const line = this.line();
    if (!line || !this.data.can_curate) return;
    this.act({ kind: "full", facet: line.facet.id });
    this.said = `${this.facets.get(line.facet.id).label}: ${this.data.words.full}`;
    const lines = this.lines();
    const here = lines.findIndex((other) => other.key === line.key);
    const next = lines.slice(here + 1).find((other) => other.facet.id !== line.facet.id && !other.facet.full);
    if (next) this.chosen = next.key;
    this.draw(true);
  }

  undo() {
    if (!this.data.can_curate || !(this.data.undo || this.outbox.some((act) => act.kind !== "go"))) return;
    this.said = this.data.words.undone;
    this.act({ kind: "undo" });
    this.draw(true);
  }

  go(step) {
    const to = this.at + step;
    if (to < 0 || to > this.order.length) return;
    this.at = to;
    this.chosen = null;
    this.said = "";
    this.act({ kind: "go", at: to });
    this.draw(true);
  }

  skip() {
    if (!this.record) return;
    const id = this.record.id;
    this.act({ kind: "skip" });
    this.order = this.order.filter((other) => other !== id);
    this.chosen = null;
    this.said = this.data.words.skipped;
    this.draw(true);
  }

  move(step) {
    const lines = this.lines();
    const here = lines.findIndex((other) => other.key === this.line()?.key);
    const next = lines[Math.min(lines.length - 1, Math.max(0, here + step))];
    if (next) this.chosen = next.key;
    this.said = "";
    this.draw(true);
  }

  onKey(event) {
    if (!this.host.isConnected) return this.leave();
    if (!this.keysOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const root = this.host.getRootNode();
    const active = document.activeElement;
    const inside = active === root.host || this.host.contains(active);
    if (active && active !== document.body && !inside) return;
    if (this.adding) return; // the field takes its own keys
    const does = {
      ArrowDown: () => this.move(1), j: () => this.move(1), ArrowUp: () => this.move(-1), k: () => this.move(-1),
      y: () => this.rule("confirmed"), n: () => this.rule("rejected"), a: () => this.add(), f: () => this.full(),
      u: () => this.undo(), ArrowRight: () => this.go(1), ArrowLeft: () => this.go(-1), s: () => this.skip(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  // --- adding -----------------------------------------------------------------------------------

  add() {
    if (!this.record || !this.data.can_curate) return;
    this.adding = { text: "", at: 0 };
    this.draw(true);
  }

  found() {
    const words = this.adding.text.toLowerCase().split(/\s+/).filter(Boolean);
    const here = this.line()?.facet.id;
    const given = new Set(this.lines().filter((l) => l.code && !["rejected", "open"].includes(l.code.state)).map((l) => l.key));
    const rows = this.data.tags.filter(([facet, tag, label]) => !given.has(`${facet}/${tag}`) &&
      words.every((word) => `${label} ${this.facets.get(facet).label}`.toLowerCase().includes(word)));
    const rank = ([facet, , label]) => (words.length && label.toLowerCase().startsWith(words[0]) ? 0 : 2) + (facet === here ? 0 : 1);
    return rows.map((row, n) => [rank(row), n, row]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 8).map((r) => r[2]);
  }

  choose(row) {
    const [facet, tag, label] = row;
    this.adding = null;
    this.act({ kind: "rule", facet, tag, value: "added", label: label.split(" › ").pop() });
    this.chosen = `${facet}/${tag}`;
    this.said = `${this.data.words.added}: ${label}`;
    this.draw(true);
  }

  adder() {
    const rows = this.found();
    const at = Math.min(this.adding.at, Math.max(0, rows.length - 1));
    const list = make("ul", { class: "choices", role: "listbox", id: "choices", "aria-label": this.data.words.tags },
      ...rows.map((row, n) => make("li", {
        role: "option", id: `choice-${n}`, "aria-selected": n === at ? "true" : "false", onmousedown: (event) => {
          event.preventDefault();
          this.choose(row);
        } }, this.badge(row[0]), make("span", {}, row[2]), make("small", {}, this.facets.get(row[0]).label))));
    if (!rows.length) list.append(make("li", { class: "none" }, this.data.words.no_tag));
    const field = make("input", {
      type: "text", class: "finder", role: "combobox", "aria-expanded": "true", "aria-controls": "choices",
      "aria-activedescendant": rows.length ? `choice-${at}` : null, "aria-label": this.data.words.add_label,
      placeholder: this.data.words.add_label, autocomplete: "off",
      oninput: (event) => { this.adding = { text: event.target.value, at: 0 }; this.draw(true); },
      onkeydown: (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) this.adding.at = Math.min(rows.length - 1, Math.max(0, at + step));
        else if (event.key === "Enter" && rows.length) { event.preventDefault(); event.stopPropagation(); return this.choose(rows[at]); }
        else if (event.key === "Escape") this.adding = null;
        else return;
        event.preventDefault();
        event.stopPropagation();
        this.draw(true);
      },
      onblur: () => { if (this.adding && !this.drawing) { this.adding = null; this.draw(false); } },
    });
    field.value = this.adding.text;
    return make("div", { class: "adder" }, field, list);
  }

  // --- drawing ----------------------------------------------------------------------------------

  badge(facet) {
    const mark = this.facets.get(facet);
    return make("span", { class: `badge hue-${mark.hue}`, "aria-hidden": "true" }, mark.letter);
  }

  draw(focus) {
    const { host, data } = this;
    const root = host.getRootNode();
    const within = host.contains(root.activeElement);
    const shown = root.host ?? host;
    const backdrop = getComputedStyle(shown).getPropertyValue("--st-background-color").trim();
    if (backdrop) host.style.colorScheme = isDark(backdrop) ? "dark" : "light";
    this.drawing = true;
    host.replaceChildren(this.head(), this.record ? this.body() : this.rest(), this.foot());
    const target = this.adding ? host.querySelector(".finder") : host.querySelector(".line.on, .end");
    const free = !document.activeElement || document.activeElement === document.body;
    if (target && (within || (focus && free))) {
      target.focus({ preventScroll: true });
      if (this.adding) target.setSelectionRange(target.value.length, target.value.length);
      target.scrollIntoView({ block: "nearest" });
      const reading = host.querySelector(".reading");
      const mark = reading?.querySelector("mark.on");
      if (mark && reading.scrollHeight > reading.clientHeight) reading.scrollTop = mark.offsetTop - reading.offsetTop - 40;
    }
    this.drawing = false;
    host.dataset.record = this.record?.id ?? "";
    host.dataset.waiting = String(this.outbox.length);
  }

  head() {
    const { data } = this;
    const n = this.order.length;
    const place = this.at < n ? data.words.place.replace("{i}", this.at + 1).replace("{n}", n) : data.words.end_place;
    const undo = data.undo && data.can_curate
      ? make("button", { type: "button", class: "plain", onclick: () => this.undo() }, data.words.undo.replace("{what}", data.undo), this.keys(["u"]))
      : null;
    return make("div", { class: "head" },
      make("div", { class: "place" }, make("strong", {}, place),
        make("span", {}, data.words.done.replace("{n}", data.done))),
      make("div", { class: "steps" },
        make("button", { type: "button", disabled: this.at === 0, onclick: () => this.go(-1) }, data.words.previous, this.keys(["←"])),
        make("button", { type: "button", disabled: this.at >= n, onclick: () => this.go(1) }, data.words.next, this.keys(["→"])),
        make("button", { type: "button", disabled: this.at >= n, onclick: () => this.skip() }, data.words.skip, this.keys(["s"])),
        undo));
  }

  rest() {
    const text = this.at < this.order.length ? this.data.words.loading : this.data.words.end;
    return make("p", { class: "end", tabindex: "-1" }, text);
  }

  body() {
    return make("div", { class: "body" }, this.reading(), this.codes());
  }

  reading() {
    const { record } = this;
    const states = new Map(this.lines().filter((l) => l.code).map((line) => [line.key, line.code.state]));
    const chosen = this.line()?.key;
    const part = make("article", { class: "reading", "aria-label": this.data.words.text });
    for (const text of record.texts) {
      const words = make(text.field === "title" ? "h2" : "p", { class: text.field });
      if (text.field !== "title") part.append(make("h3", {}, text.label));
      text.runs.forEach(([run, codes], n) => {
        const live = codes.filter((code) => states.has(code) && states.get(code) !== "rejected");
        if (!live.length) return words.append(document.createTextNode(run));
        const marks = [...new Set(live.map((code) => code.split("/")[0]))];
        const mark = this.facets.get(live.includes(chosen) ? chosen.split("/")[0] : marks[0]);
        const ends = marks.filter((facet) => !(text.runs[n + 1]?.[1] ?? []).some((code) => code.startsWith(`${facet}/`)));
        words.append(make("mark", { class: `hue-${mark.hue} line-${mark.line}${live.includes(chosen) ? " on" : ""}` },
          run, ...ends.map((facet) => make("sup", { class: `hue-${this.facets.get(facet).hue}`, "aria-hidden": "true" }, this.facets.get(facet).letter))));
      });
      part.append(words);
      if (text.field === "title") part.append(make("p", { class: "cite" }, record.cite));
    }
    if (!record.texts.some((text) => text.field === "abstract")) part.append(make("p", { class: "cite" }, this.data.words.no_abstract));
    if (record.why.length) {
      part.append(make("h3", {}, this.data.words.why), make("ul", { class: "why" }, ...record.why.map((why) => make("li", {}, why))));
    }
    return part;
  }

  codes() {
    const { words } = this.data;
    const chosen = this.line()?.key;
    const box = make("section", { class: "codes", "aria-label": words.codes });
    if (this.adding) box.append(this.adder());
    else if (this.data.can_curate) box.append(make("button", { type: "button", class: "opener", onclick: () => this.add() }, words.add, this.keys(["a"])));
    for (const facet of this.record.facets) {
      const mark = this.facets.get(facet.id);
      const note = facet.full ? words.full : facet.under ? words.under.replace("{n}", facet.under) : "";
      const list = make("ul", { "aria-label": mark.label });
      for (const line of this.lines().filter((other) => other.facet === facet)) {
        list.append(make("li", {}, this.codeLine(line, line.key === chosen)));
      }
      box.append(make("div", { class: "facet" },
        make("h3", {}, this.badge(facet.id), make("span", {}, mark.label), make("small", {}, note)), list));
    }
    return box;
  }

  codeLine({ facet, code, key }, on) {
    const { words } = this.data;
    const select = () => { this.chosen = key; this.said = ""; this.draw(true); };
    if (!code) {
      return make("div", { class: `line none${on ? " on" : ""}`, tabindex: on ? "0" : "-1", role: "group", onclick: select,
        "aria-label": `${this.facets.get(facet.id).label}: ${words.no_code}` }, make("span", { class: "name" }, words.no_code), on ? this.fullButton() : null);
    }
    const state = words[`state_${code.state}`];
    const line = make("div", { class: `line ${code.state}${on ? " on" : ""}`, tabindex: on ? "0" : "-1", role: "group", onclick: select,
      "aria-label": `${code.label}: ${state}. ${code.by}`, title: code.definition || code.label },
      make("span", { class: "state", "aria-hidden": "true" }, words[`sign_${code.state}`]),
      make("span", { class: "name" }, code.label),
      make("span", { class: "said" }, state, code.by ? ` · ${code.by}` : ""));
    if (on && this.data.can_curate) {
      line.append(make("span", { class: "does" },
        make("button", { type: "button", onclick: (event) => { event.stopPropagation(); this.rule("confirmed"); } }, code.state === "open" ? words.it_applies : words.confirm, this.keys(["y"])),
        make("button", { type: "button", onclick: (event) => { event.stopPropagation(); this.rule("rejected"); } }, words.reject, this.keys(["n"])),
        this.fullButton()));
    }
    return line;
  }

  fullButton() {
    if (!this.data.can_curate) return null;
    return make("button", { type: "button", class: "plain", onclick: (event) => { event.stopPropagation(); this.full(); } }, this.data.words.full_button, this.keys(["f"]));
  }

  keys(names) {
    return make("span", { class: "keys", "aria-hidden": "true" }, ...names.map((name) => make("kbd", {}, name)));
  }

  foot() {
    const { words } = this.data;
    const list = make("ul", { class: "legend" }, ...KEYS.map(([names, does]) => make("li", {}, ...names.map((name) => make("kbd", {}, name)), ` ${does}`)));
    const toggle = make("button", { type: "button", class: "plain", "aria-pressed": String(this.keysOn),
      onclick: () => { this.keysOn = !this.keysOn; this.draw(true); } }, this.keysOn ? words.keys_on : words.keys_off);
    return make("div", { class: "foot" },
      make("p", { class: "live", role: "status", "aria-live": "polite" }, this.said || "\u00a0"),
      make("div", { class: "legend-box" }, list, toggle));
  }
}

const drawn = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".coding");
  if (!drawn.has(host)) drawn.set(host, new Coding(host));
  drawn.get(host).update(data, (outbox) => setTriggerValue("acts", outbox));
  return () => { if (!host.isConnected) drawn.get(host)?.leave(); };
}
