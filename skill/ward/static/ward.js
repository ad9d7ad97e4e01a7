// The beds as they are now, every five seconds, without taking the place in the page or the keyboard's focus away.
"use strict";
const EVERY_MS = 5000;

async function renew() {
  const main = document.querySelector("main");
  try {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const at = [...main.querySelectorAll("a, button")].indexOf(document.activeElement);
    main.replaceChildren(...fresh.childNodes);
    if (at >= 0) main.querySelectorAll("a, button")[at]?.focus();
  } catch {
    location.reload(); // logged out, or the database is away: the whole page says which
    return;
  }
  setTimeout(renew, EVERY_MS);
}

setTimeout(renew, EVERY_MS);
