// Make what stands like what is wanted, keeping every node that can stay: a browser lays out anew only what changed.
// Equal nodes keep what they do when pressed: it depends on nothing but what they are.
function become(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
    old.data = next.data;
    return;
  }
  const key = (node) => node.getAttribute?.("data-key");
  if (old.nodeName !== next.nodeName || old.childNodes.length !== next.childNodes.length || key(old) !== key(next)) {
    old.replaceWith(next);
    return;
  }
  for (const name of old.getAttributeNames()) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const name of next.getAttributeNames()) {
    const value = next.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (next.localName === "button") old.onclick = next.onclick;
  let [child, wanted] = [old.firstChild, next.firstChild];
  while (wanted) {
    const [after, wantedAfter] = [child.nextSibling, wanted.nextSibling];
    become(child, wanted);
    [child, wanted] = [after, wantedAfter];
  }
}
