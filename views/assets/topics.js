// The page of topics: circles with a numbered list, shares with their ranges, and a card a topic, each one element.
// Nodes are built and text is set; nothing from a record is ever taken as markup.

const make = (name, className, ...children) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
};

const draw = (name, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

// A link that opens here, or in a new tab where somebody asks for one.
function lead(node, link, open) {
  node.setAttribute("href", link.href);
  node.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  return node;
}

const link = (to, open, className = "") => lead(make("a", className, to.label), to, open);

function drawCircles(host, data, open) {
  const { box, circles, words } = data;
  const svg = draw("svg", { viewBox: box.join(" "), role: "group", "aria-label": words.figure });
  for (const circle of circles) {
    const lines = circle.lines.map((line, n) =>
      Object.assign(draw("tspan", { x: circle.x, dy: n ? 14 : -7 * (circle.lines.length - 1) + 4, ...(n ? {} : { class: "number" }) }), { textContent: line }),
    );
    const shown = lead(
      draw(
        "a",
        { class: `circle ${circle.flag || "plain"}`, "aria-label": circle.name },
        Object.assign(draw("title", {}), { textContent: circle.name }),
        draw("circle", { cx: circle.x, cy: circle.y, r: circle.r }),
        draw("text", { x: circle.x, y: circle.y, "aria-hidden": "true" }, ...lines),
      ),
      circle.link,
      open,
    );
    svg.append(shown);
  }
  const list = make("ol", "names", ...circles.map((circle) => make("li", "", link(circle.link, open))));
  host.replaceChildren(make("div", "glance", make("div", "figure", svg), list));
}

const percent = (share) => `${(100 * share).toFixed(2)}%`;

// Rows of HTML rather than one drawing: names wrap, and the marks keep their size at every width.
function drawPace(host, data) {
  const { words, rows, whole, most } = data;
  const at = (share) => percent(share / most);
  const line = () => {
    const mark = make("span", "whole");
    mark.style.left = at(whole);
    return mark;
  };
  const list = make("ul", "pace");
  list.setAttribute("aria-label", words.figure);
  const body = rows.map((row) => {
    const range = make("span", "range");
    range.style.left = at(row.low);
    range.style.width = at(row.high - row.low);
    const mark = make("span", "mark");
    mark.style.left = at(row.share);
    mark.style.width = mark.style.height = `${row.size}px`;
    const track = make("span", "track", line(), range, mark);
    track.setAttribute("aria-hidden", "true");
    const item = make("li", row.flag, make("span", "name", row.flag ? `${words.mark} ${row.label}` : row.label), track, make("span", "unseen", row.words));
    item.title = row.words;
    return item;
  });
  const top = make("li", "top", make("span", "name"), make("span", "track", make("span", "label", words.whole)));
  top.querySelector(".label").style.left = at(whole);
  top.setAttribute("aria-hidden", "true");
  const ticks = make("span", "track");
  for (let share = 0; share <= most + 1e-9; share += data.step) {
    const tick = make("span", "label", `${Math.round(100 * share)}%`);
    tick.style.left = at(share);
    ticks.append(tick);
  }
  const foot = make("li", "foot", make("span", "name"), ticks);
  foot.setAttribute("aria-hidden", "true");
  list.append(top, ...body, foot);
  host.replaceChildren(list, make("p", "key", words.key));
}

function drawBars(bars) {
  const row = make("div", "bars", ...bars.shares.map(([share, whole]) => {
    const bar = make("span", whole ? "" : "hollow");
    bar.style.height = `${Math.max(Math.round(32 * share), 1)}px`;
    return bar;
  }));
  row.setAttribute("role", "img");
  row.setAttribute("aria-label", bars.words);
  return [row, make("p", "quiet", bars.words)];
}

function drawCard(card, words, open) {
  const covers = make("details", "", make("summary", "", words.covers), make("ul", "", ...card.covers.map((line) => make("li", "", line))));
  return make(
    "article",
    "card",
    make("h3", "", card.label),
    make("p", "standing", card.badge ? make("span", `badge ${card.flag}`, card.badge) : null, card.size ? make("strong", "", card.size) : null, ` ${card.reasons}`),
    ...(card.bars ? drawBars(card.bars) : []),
    make("p", "", words.typical),
    make("ul", "typical", ...card.typical.map((to) => make("li", "", link(to, open)))),
    covers,
    make("p", "opens", link(card.open, open)),
    make("p", "ways", ...card.ways.map((to) => link(to, open))),
  );
}

function drawCards(host, data, open) {
  const sections = data.sections.map((section) =>
    make(
      "section",
      "",
      make("h2", "", section.title),
      make("p", "", section.meaning),
      ...section.cards.map((card) => drawCard(card, data.words, open)),
    ),
  );
  host.replaceChildren(...sections);
}

const stood = new WeakMap(); // what stands as it stood is left alone: what somebody opened or tabbed to stays
const KINDS = { circles: drawCircles, pace: drawPace, cards: drawCards };

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".lacuna-topics");
  const now = JSON.stringify(data);
  if (stood.get(host) === now) return;
  stood.set(host, now);
  for (const [name, colour] of Object.entries(data.colours)) host.style.setProperty(`--${name}`, colour);
  KINDS[data.kind](host, data, (to) => setTriggerValue("open", [to.page, to.query]));
}
