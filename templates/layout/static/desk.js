"use strict";
// What script adds: every page works without it.

const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
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
