// The door for Streamlit: it calls this again on every change of data or theme.

const drawn = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const host = parentElement.querySelector(".lacuna");
  if (!drawn.has(host)) drawn.set(host, data.maps ? new SmallMaps(host) : new GapMap(host));
  drawn.get(host).update(data, {
    pick: (row, column, of = null) => setTriggerValue("cell", { row, column, of }),
    open: data.maps ? null : (lines) => setTriggerValue("open", lines),
  });
}
