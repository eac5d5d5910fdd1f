// Small maps: the same map once for each tag of a third facet, on one scale and in one order.

class SmallMaps {
  constructor(host) {
    this.host = host;
    this.panel = make("p", { class: "readout" });
    this.grid = make("div", { class: "smalls" });
    this.maps = new Map();
    host.replaceChildren(this.grid, this.panel);
  }

  // on.pick(row id or null, column id or null, id of the small map)
  update(data, on) {
    const { shared } = data;
    if (!this.panel.classList.contains("active")) this.panel.textContent = shared.words.readout;
    const shown = data.maps.map((one) => {
      if (!this.maps.has(one.id)) this.maps.set(one.id, new GapMap(make("div", { class: "small-map", role: "group" }), this.panel));
      return [this.maps.get(one.id), one];
    });
    const hosts = shown.map(([map]) => map.host);
    if (hosts.length !== this.grid.children.length || hosts.some((host, k) => host !== this.grid.children[k])) {
      this.grid.replaceChildren(...hosts);
    }
    for (const [map, one] of shown) {
      const total = (lines, totals) => lines.map((line, k) => ({ ...line, total: totals[k] }));
      const rows = total(shared.rows, one.row_totals);
      const columns = total(shared.columns, one.column_totals);
      map.host.setAttribute("aria-label", one.title);
      map.update({ ...shared, ...one, rows, columns }, { pick: (row, column) => on.pick(row, column, one.id) });
    }
  }
}
