// The list of records found, and the counts beside it: two lists that many pages could hold, each drawn as one element.
// Nodes are built and text is set; nothing from a record is ever taken as markup.

const make = (name, className, ...children) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
};

// Pieces of text, the marked ones as they were found: [["hit", true], [" and more", false]].
const marked = (pieces) => pieces.map(([text, hit]) => (hit ? make("mark", "", text) : text));

function drawRecord(record, words, events) {
  const title = make("a", "title", ...marked(record.title));
  title.href = record.href;
  title.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return; // a new tab opens by the address
    event.preventDefault();
    events.open(record.id);
  });
  const tick = make("input");
  tick.type = "checkbox";
  tick.checked = record.ticked;
  tick.value = record.id;
  tick.setAttribute("aria-label", words.tick.replace("{}", record.name));
  tick.addEventListener("change", events.tick);
  const cite = make("p", "cite", record.cite);
  if (record.doi) {
    const link = make("a", "", words.publication);
    link.href = record.doi;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    cite.append(" ", link);
  }
  const body = make(
    "div",
    "body",
    make("h3", "", title),
    record.badge ? make("p", record.grave ? "badge grave" : "badge", record.badge) : null,
    cite,
    record.snippet.length ? make("p", "snippet", ...marked(record.snippet)) : null,
    record.codes ? make("p", "codes", `${words.codes}: ${record.codes}`) : null,
  );
  return make("li", "record", make("label", "tick", tick), body);
}

// How many are ticked, and a button for each way to tick many at once.
function drawChosen(chosen, press) {
  const ways = Object.entries(chosen.ways).map(([name, words]) => {
    const way = make("button", "way", words);
    way.type = "button";
    way.value = name;
    way.addEventListener("click", () => press(name));
    return way;
  });
  return make("p", "selection", make("span", "", chosen.said), ...ways);
}

function drawList(host, data, events) {
  const list = make("ol", "records");
  const focused = host.getRootNode().activeElement?.value; // of a tick or a way; they are drawn anew
  const report = {
    open: events.open,
    tick: () => {
      const boxes = [...list.querySelectorAll("input")];
      events.tick({ shown: boxes.map((box) => box.value), ticked: boxes.filter((box) => box.checked).map((box) => box.value) });
    },
  };
  list.append(...data.records.map((record) => drawRecord(record, data.words, report)));
  host.replaceChildren(drawChosen(data.chosen, (way) => events.tick({ way })), list);
  if (focused) {
    const again = [...host.querySelectorAll("input, .way")];
    (again.find((node) => node.value === focused) || again[0]).focus({ preventScroll: true });
  }
}

function drawFacet(facet, words, events) {
  const box = make("details", "facet");
  box.open = events.isOpen(facet.id, facet.open);
  box.addEventListener("toggle", () => events.opened(facet.id, box.open));
  const chosen = facet.tags.filter((tag) => tag.on).length;
  box.append(make("summary", "", facet.label, chosen ? make("span", "chosen", ` ${words.chosen.replace("{}", chosen)}`) : null));
  const list = make("ul");
  list.setAttribute("aria-label", facet.label);
  facet.tags.forEach((tag, n) => {
    const tick = make("input");
    tick.type = "checkbox";
    tick.checked = tag.on;
    tick.value = tag.id;
    tick.addEventListener("change", events.choose);
    const label = make("label", "", tick, make("span", "name", tag.label), make("span", "count", tag.count === null ? "" : tag.count.toLocaleString("en")));
    const item = make("li", "", label);
    item.hidden = n >= facet.few && !tag.on && !events.isLong(facet.id);
    list.append(item);
  });
  box.append(list);
  const hidden = [...list.children].filter((item) => item.hidden);
  if (hidden.length) {
    const more = make("button", "more", words.more.replace("{}", hidden.length));
    more.type = "button";
    more.addEventListener("click", () => {
      events.lengthen(facet.id);
      hidden.forEach((item) => (item.hidden = false));
      more.remove();
      hidden[0].querySelector("input").focus();
    });
    box.append(more);
  }
  box.dataset.facet = facet.id;
  return box;
}

const remembered = new WeakMap(); // which facets a person opened or lengthened, kept while the page stands

function drawFacets(host, data, choose) {
  if (!remembered.has(host)) remembered.set(host, { open: new Map(), long: new Set() });
  const kept = remembered.get(host);
  const active = host.getRootNode().activeElement;
  const focused = active && active.closest("[data-facet]") ? [active.closest("[data-facet]").dataset.facet, active.value] : null;
  const events = {
    isOpen: (id, usual) => (kept.open.has(id) ? kept.open.get(id) : usual),
    opened: (id, open) => kept.open.set(id, open),
    isLong: (id) => kept.long.has(id),
    lengthen: (id) => kept.long.add(id),
    choose: () => {
      const chosen = {};
      for (const box of host.querySelectorAll("[data-facet]"))
        chosen[box.dataset.facet] = [...box.querySelectorAll("input:checked")].map((tick) => tick.value);
      choose(chosen);
    },
  };
  host.replaceChildren(...data.facets.map((facet) => drawFacet(facet, data.words, events)));
  if (focused) {
    const again = [...host.querySelectorAll("[data-facet]")].find((box) => box.dataset.facet === focused[0]);
    const tick = again && [...again.querySelectorAll("input")].find((input) => input.value === focused[1]);
    if (tick) tick.focus();
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".lacuna-results");
  if (data.facets) drawFacets(host, data, (chosen) => setTriggerValue("choose", chosen));
  else
    drawList(host, data, {
      open: (id) => setTriggerValue("open", id),
      tick: (ticks) => setTriggerValue("tick", ticks),
    });
}
