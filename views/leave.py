"""Leave quickly: a button, and Shift pressed three times, that put an empty page in place of this one.

The empty page is the browser's own (about:blank): it asks no server, has no address that says anything, and is there
at once even if the app does not answer. What stays is the browser's history, and the Support page says so.
"""

import streamlit as st

PRESSES = 3
WITHIN = 2000  # milliseconds from the first press to the last

_HTML = """<button type="button" id="leave" title="Shift pressed three times does the same">Leave quickly</button>
<span id="said" role="status"></span>"""

_CSS = """
#leave {
  position: fixed; right: 3.5rem; top: 0.5rem; z-index: 1000000;
  padding: 0.375rem 0.9rem; min-height: 2.75rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px);
  background: var(--st-background-color); color: var(--st-text-color);
  font: inherit; font-size: 0.9375rem; cursor: pointer;
}
#leave:hover { border-color: var(--st-primary-color); color: var(--st-link-color); }
#leave:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
#said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media print { #leave { display: none; } }
"""

_JS = """
const NEUTRAL = "about:blank";

function leave() {
  document.documentElement.style.display = "none";
  document.title = "";
  try { window.top.location.replace(NEUTRAL); } catch { window.location.replace(NEUTRAL); }
}

// One listener a document, whatever is drawn anew. Shift counts when it is let go with no other key pressed meanwhile,
// so that capital letters do not; any other key starts the count again.
function listen(data) {
  const known = window.lacunaLeave || (window.lacunaLeave = { times: [], say: () => {} });
  if (known.listening) return known;
  known.listening = true;
  document.addEventListener("keydown", (event) => {
    known.alone = event.key === "Shift";
    if (!known.alone) known.times = [];
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !known.alone) return;
    const now = Date.now();
    known.times = [...known.times.filter((at) => now - at < data.within), now];
    const left = data.presses - known.times.length;
    if (left <= 0) leave();
    else if (known.times.length > 1) known.say("Shift " + left + " more time to leave this page.");
  }, true);
  return known;
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("#leave");
  const said = parentElement.querySelector("#said");
  const known = listen(data);
  known.say = (words) => { said.textContent = words; setTimeout(() => { said.textContent = ""; }, data.within); };
  button.onclick = leave;
}
"""

_LEAVE = st.components.v2.component("lacuna_leave", html=_HTML, css=_CSS, js=_JS)


def show() -> None:
    """The button at the head of every page, with the keyboard's way out; drawn first, so that it is there at once."""
    with st.container(key="leave"):
        _LEAVE(data={"presses": PRESSES, "within": WITHIN}, key="leave.button")
