// The door for Streamlit: it calls this again on every change of data or theme.

const drawn = new WeakMap();

export default function ({ parentElement, data, setTriggerValue, setStateValue }) {
  const host = parentElement.querySelector(".lacuna");
  if (!drawn.has(host)) drawn.set(host, new GapMap(host));
  drawn.get(host).update(data, {
    pick: (row, column) => setTriggerValue("cell", { row, column }),
    open: (lines) => setStateValue("open", lines),
  });
}
