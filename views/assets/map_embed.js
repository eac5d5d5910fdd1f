// The door for Streamlit: it calls this again on every change of data or theme. What stands around the map is drawn here.

const drawn = new WeakMap();

// Above: who coded what is counted and whose codes may count instead. Below: the caveats.
function surround(root, { basis, switch: choices, caveats }, choose) {
  const focused = root.querySelector(".above :focus")?.value;
  const button = ([id, label]) => make("button", { type: "button", value: id, onclick: () => choose(id) }, label);
  root.querySelector(".above").replaceChildren(
    make("p", {}, basis, " ", ...choices.map(button)));
  root.querySelector(".below").replaceChildren(make("p", {}, caveats));
  if (focused !== undefined) root.querySelector(".above button")?.focus();
}

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".lacuna");
  if (!drawn.has(host)) drawn.set(host, data.maps ? new SmallMaps(host) : new GapMap(host));
  surround(parentElement, data.frame, (to) => setTriggerValue("coded", { to }));
  drawn.get(host).update(data, {
    pick: (row, column, of = null) => setTriggerValue("cell", { row, column, of }),
    open: data.maps ? null : (lines) => setTriggerValue("open", lines),
  });
}
