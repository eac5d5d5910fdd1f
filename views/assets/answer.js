// An answer on Start. Nodes are built and text is set; nothing is ever taken as markup.

const make = (name, className, ...children) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
};

const bold = (head, text) => (head ? [make("strong", "", head), ` ${text}`] : [text]);

function link({ href, text, link: kind }) {
  const node = make("a", kind, text);
  node.href = href;
  node.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return; // a new tab opens by the address
    event.preventDefault();
    history.pushState({}, "", node.href);
    dispatchEvent(new PopStateEvent("popstate")); // Streamlit goes where the address is, and Back leads here again
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  });
  return make("p", `to-${kind}`, node);
}

function quote({ quote: text, copy: [copy, copied] }) {
  const words = make("blockquote", "", text);
  const button = make("button", "copy", copy);
  button.type = "button";
  const told = make("span", "told");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents(words);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const written = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    if (written || document.execCommand("copy")) told.textContent = copied; // the old way: a page that came without TLS
  });
  return make("div", "quote", words, make("p", "", button, told));
}

function draw(block) {
  if (block.columns) return make("div", "columns", ...block.columns.map((blocks) => make("div", "", ...blocks.map(draw))));
  if (block.head) return make(`h${block.head}`, "", block.text);
  if (block.items) return make("ul", "", ...block.items.map(([head, text]) => make("li", "", ...bold(head, text))));
  if (block.quote) return quote(block);
  if (block.link) return link(block);
  return make("p", block.small ? "small" : "", ...bold(block.bold, block.text));
}

const drawn = new WeakMap(); // what stands already: a run that changes nothing must not take the focus away

export default function ({ parentElement, data }) {
  const host = parentElement.querySelector(".lacuna-answer");
  const now = JSON.stringify(data);
  if (drawn.get(host) === now) return;
  drawn.set(host, now);
  host.replaceChildren(...data.blocks.map(draw));
}
