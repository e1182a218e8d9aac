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

// What is still going on is followed: the server sends the parts of the page that changed.
// Where it cannot, the page is read again until the work is over.
const going = () => document.querySelector("[data-going]");

function swap(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const place = document.getElementById(part.id);
    const at = document.activeElement;
    const held = place?.contains(at) ? at.getAttribute("href") : null;
    if (!place || (place.contains(at) && at !== place && !held)) continue; // somebody is in there
    place.innerHTML = part.innerHTML;
    place.toggleAttribute("data-going", part.hasAttribute("data-going"));
    if (part.dataset.going) place.dataset.going = part.dataset.going;
    if (held) place.querySelector(`[href="${CSS.escape(held)}"]`)?.focus();
  }
}

const watch = async () => {
  if (!going()) return;
  await new Promise((done) => setTimeout(done, 1000 * Number(going().dataset.going)));
  try {
    const read = await fetch(location.href);
    if (read.redirected) return location.reload(); // nobody is signed in any more
    if (read.ok) swap(await read.text());
  } catch { /* the next look may succeed */ }
  watch();
};

function follow() {
  const events = new EventSource(location.href);
  const stop = () => events.close();
  events.addEventListener("part", (event) => swap(event.data));
  events.addEventListener("over", stop);
  events.addEventListener("gone", () => { stop(); location.reload(); });
  events.addEventListener("full", () => { stop(); watch(); });
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) watch(); });
}
if (going()) follow();

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

// Many boxes are ticked at once, such as all the lines of works that pass.
for (const group of document.querySelectorAll("fieldset[data-many]")) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const all = document.createElement("button");
  all.type = "button";
  all.className = "link";
  all.textContent = `Tick all ${boxes.length}, or none`;
  all.addEventListener("click", () => {
    const ticked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = ticked;
  });
  group.querySelector(".option").before(all);
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

// A signature is drawn with a finger, a pen or a mouse; what is sent is the picture. Without script,
// and for whoever would rather, the name is typed.
for (const place of document.querySelectorAll("[data-sign]")) {
  const field = place.querySelector("input");
  const pad = document.createElement("canvas");
  [pad.width, pad.height] = [600, 200];
  pad.setAttribute("role", "img");
  pad.setAttribute("aria-label", "Box to sign in; or type the full name below");
  const clear = document.createElement("button");
  [clear.type, clear.className, clear.textContent] = ["button", "second", "Clear the signature"];
  const typed = field.value.startsWith("data:") ? "" : field.value;
  const kept = document.createElement("input");
  [kept.type, kept.name, kept.value] = ["hidden", field.name, field.value];
  field.removeAttribute("name");
  field.value = typed;
  field.before(pad, clear);
  field.after(kept);
  const pen = pad.getContext("2d");
  [pen.lineWidth, pen.lineCap, pen.lineJoin] = [3, "round", "round"];
  const wipe = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, pad.width, pad.height); };
  const at = (event) => [event.offsetX * pad.width / pad.clientWidth, event.offsetY * pad.height / pad.clientHeight];
  wipe();
  pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  pad.addEventListener("pointerup", () => { field.value = ""; kept.value = pad.toDataURL("image/png"); });
  clear.addEventListener("click", () => { wipe(); kept.value = field.value; });
  field.addEventListener("input", () => { wipe(); kept.value = field.value; });
}
