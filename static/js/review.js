// A thing of the queue: keys for the two decisions and for the way to the next, the message drawn again while it is
// written, and a paper turned or made larger. All of it goes without scripts too, by buttons and by the keyboard.
const form = document.querySelector("[data-decide]");

// --- keys ---------------------------------------------------------------------------------------------------

const WRITES = "input:not([type=radio]):not([type=checkbox]), textarea, select, iframe";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WRITES)) return;
  const key = event.key.toLowerCase();
  const link = document.querySelector(`[data-key="${key}"]`);
  if (link) {
    event.preventDefault();
    link.click();
  } else if (form && (key === "a" || key === "s")) {
    choose(key === "a" ? 0 : 1, event);
  } else if (form && /^[1-9]$/.test(key)) {
    // Of the reasons, once it is to go back; else of the checklist.
    const reasons = shown(".if-second .boxes input");
    const box = (reasons.length ? reasons : shown(".boxes input"))[Number(key) - 1];
    box?.click();
    box?.focus();
  }
});

function choose(number, event) {
  const radio = form.querySelectorAll("[name=decision]")[number];
  if (!radio) return;
  event.preventDefault();
  if (!radio.checked) radio.click();
  (missing(number) ?? shown("[data-go]")[0] ?? radio).focus();
}

// What is still to do for that decision: the first point that is not ticked, or a reason where there is none yet.
function missing(number) {
  if (number === 0) return shown("[name=checks]").find((box) => !box.checked);
  const why = shown(".if-second :is(input, textarea)");
  return why.some((one) => (one.type === "checkbox" ? one.checked : one.value.trim())) ? undefined : why[0];
}

function shown(selector) {
  return [...form.querySelectorAll(selector)].filter((one) => one.checkVisibility());
}

// --- the message, and what happens then ---------------------------------------------------------------------

let asked = 0;
let waiting;

async function draw() {
  const mine = ++asked;
  const body = new FormData(form);
  body.set("press", "show");
  try {
    const answer = await fetch(location.href, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || mine !== asked) return;
    for (const place of form.querySelectorAll("[data-live]")) {
      const drawn = page.querySelector(`[data-decide] [data-live="${place.dataset.live}"]`);
      if (drawn) place.replaceWith(drawn);
    }
    button();
  } catch {
    // No connection: the button asks again.
    for (const one of form.querySelectorAll(".show-message")) one.hidden = false;
  }
}

function button() {
  for (const one of form.querySelectorAll(".show-message")) one.hidden = true;
}

function left() {
  const place = form.querySelector("[data-left]");
  if (!place) return;
  const open = form.querySelectorAll("[name=checks]:not(:checked)").length;
  place.textContent = open ? `${open} check${open === 1 ? "" : "s"} still to tick` : "";
}

if (form) {
  button();
  left();
  form.addEventListener("input", (event) => {
    left();
    if (event.target.name === "checks") return;
    clearTimeout(waiting);
    waiting = setTimeout(draw, 300);
  });
}

// --- the paper ----------------------------------------------------------------------------------------------

for (const page of document.querySelectorAll("[data-page]:has(img)")) {
  let size = 0;
  let turn = 0;
  const bar = document.createElement("span");
  const tool = (name, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = name;
    one.addEventListener("click", () => {
      act();
      page.classList.toggle("viewer__page--small", size < 0);
      page.classList.toggle("viewer__page--large", size > 0);
      for (const quarter of [1, 2, 3]) page.classList.toggle(`viewer__page--turn${quarter}`, turn === quarter);
    });
    bar.append(one, " ");
  };
  tool("Smaller", () => (size = Math.max(size - 1, -1)));
  tool("Larger", () => (size = Math.min(size + 1, 1)));
  tool("Turn", () => (turn = (turn + 1) % 4));
  page.querySelector("figcaption").append(bar);
}
