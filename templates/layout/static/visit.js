"use strict";
// A visit where there is no signal: what is typed, and the photographs, are kept in this browser
// until they are sent. Without this the form is an ordinary one.

const store = new Promise((done, failed) => {
  const asked = indexedDB.open("handrail-visits", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("visits");
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});
const inStore = async (mode, does) => {
  const visits = (await store).transaction("visits", mode).objectStore("visits");
  return new Promise((done, failed) => {
    const asked = does(visits);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
};

const findForm = () => document.querySelector("form[data-visit]");
let form = findForm();
let waiting = false, sending = false, keeping;
const forget = () => inStore("readwrite", (visits) => visits.delete(form.dataset.visit));

function tell(words) {
  const place = document.getElementById("kept");
  place.textContent = words;
  place.hidden = !words;
}

function keep() {
  clearTimeout(keeping);
  const entries = [...new FormData(form)]
    .filter(([name, value]) => name !== "csrf" && (typeof value === "string" || value.size));
  return inStore("readwrite", (visits) => visits.put({ entries, waiting }, form.dataset.visit));
}

const fields = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

// What was kept is put back where it was typed, over the record that it was typed over.
function fill(entries) {
  const chosen = new Map();
  for (const [name, value] of entries) {
    if (typeof value !== "string") chosen.set(name, [...(chosen.get(name) ?? []), value]);
    else for (const field of fields(name)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }
  for (const [name, files] of chosen) {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    for (const field of fields(name)) field.files = held.files;
  }
}

// What is wrong, or was recorded meanwhile, is shown; photographs stay chosen.
function showAnswer(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const chosen = [...form.querySelectorAll("input[type=file]")].map((one) => [one.name, one.files]);
  document.getElementById("main").replaceChildren(...fresh.getElementById("main").childNodes);
  document.querySelector("[data-focus]")?.focus();
  if (!findForm()) return;
  form = findForm();
  for (const [name, files] of chosen) for (const field of fields(name)) field.files = files;
  begin();
  return keep();
}

async function send() {
  if (sending) return;
  sending = true;
  waiting = true;
  try {
    await keep();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    waiting = false;
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) {
      await keep();
      tell("You are signed out. What you typed is kept: load this page again, sign in, and send it.");
    } else if (answer.redirected) {
      await forget();
      location.assign(answer.url);
    } else await showAnswer(await answer.text());
  } catch {
    tell("There is no signal. What you typed is kept in this browser, and is sent when there is one.");
  } finally {
    sending = false;
  }
}

function begin() {
  form.addEventListener("input", () => {
    clearTimeout(keeping);
    keeping = setTimeout(keep, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

async function resume() {
  begin();
  const held = await inStore("readonly", (visits) => visits.get(form.dataset.visit));
  if (!held) return;
  fill(held.entries);
  tell("What you typed before is kept in this browser, and is not sent yet.");
  if (held.waiting) send();
}

const again = () => { if (waiting) send(); };
if (form) {
  resume();
  addEventListener("online", again);
  setInterval(again, 20_000);
}
