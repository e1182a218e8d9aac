"use strict";
// What script adds: every page works without it.

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return; // a look in another tab sends nothing
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What is still going on is read again until it is over.
const watch = async () => {
  const now = document.querySelector("[data-going]");
  if (!now) return;
  await new Promise((done) => setTimeout(done, 1000 * Number(now.dataset.going)));
  try {
    const read = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await read.text(), "text/html").getElementById(now.id);
    if (read.ok && fresh) now.replaceWith(fresh);
  } catch { /* the next look may succeed */ }
  watch();
};
watch();

// Finding as one types: the form's own address gives the part of the page that it fills.
for (const form of document.querySelectorAll("form[data-find]")) {
  const field = form.querySelector("input[type=search]");
  const place = document.querySelector(form.dataset.find);
  let waiting, asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++asked;
      const words = new URLSearchParams({ q: field.value, part: "hits" });
      const answer = await fetch(`${form.action}?${words}`, { credentials: "same-origin" });
      if (answer.ok && mine === asked) place.innerHTML = await answer.text();
    }, 200);
  });
}

// Quick keys: `/` searches, `j` and `k` go through the rows of a list, Enter opens, `?` tells.
// Whoever does not want them switches them off; the browser remembers it.
const KEYS = "handrail-keys";
const keysOn = () => localStorage.getItem(KEYS) !== "off";
const rowLinks = () => [...document.querySelectorAll("table[data-rows] tbody tr")]
  .map((row) => row.querySelector("a"))
  .filter(Boolean);

function toRow(step) {
  const links = rowLinks();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  if (next) next.focus();
}

function keysDialog() {
  const held = document.querySelector("dialog.keys");
  if (held) return held;
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.innerHTML = `<h2 id="keys-title">Quick keys</h2>
    <dl class="facts"><dt><kbd>/</kbd></dt><dd>Search</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt>
    <dd>Next and previous row of a list</dd><dt><kbd>Enter</kbd></dt><dd>Open the row</dd>
    <dt><kbd>?</kbd></dt><dd>Show this</dd></dl>
    <form method="dialog"><div class="option"><input type="checkbox" id="keys-on">
    <label for="keys-on">Use quick keys</label></div><button>Close</button></form>`;
  const box = dialog.querySelector("#keys-on");
  box.checked = keysOn();
  box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
  document.body.append(dialog);
  return dialog;
}

const search = document.getElementById("search");
if (search) {
  const show = document.createElement("button");
  show.type = "button";
  show.className = "link";
  show.textContent = "Quick keys";
  show.addEventListener("click", () => keysDialog().showModal());
  document.querySelector("footer p").append(" ", show);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !keysOn()) return;
    const does = {
      "/": () => search.focus(),
      "j": () => toRow(1),
      "k": () => toRow(-1),
      "?": () => keysDialog().showModal(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
}
