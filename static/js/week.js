// The week: the two boxes of a time become one button with three states, and arrows lead from one to the next.
const week = document.querySelector("[data-slots]");
const words = { no: week.dataset.no, works: week.dataset.works, space: week.dataset.space };
const next = { no: "works", works: "space", space: "no" };
const A_DAY = 7;
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -A_DAY, ArrowDown: A_DAY };
const buttons = [];

function draw(slot, button, state) {
  const [works, space] = slot.querySelectorAll("input");
  works.checked = state !== "no";
  space.checked = state === "space";
  button.dataset.state = state;
  button.className = `slot__button av__cell av__cell--${state}`;
  button.querySelector("span").textContent = `${slot.dataset.day}, ${slot.dataset.part}: ${words[state]}`;
  sayDay(slot.closest("details"));
}

function sayDay(day) {
  const worked = [...day.querySelectorAll("[data-slot]")].filter((slot) => slot.querySelector("input").checked);
  day.querySelector("[data-said]").textContent = worked.map((slot) => slot.dataset.part).join(", ");
}

for (const slot of week.querySelectorAll("[data-slot]")) {
  const [works, space] = slot.querySelectorAll("input");
  const button = document.createElement("button");
  button.type = "button";
  button.append(Object.assign(document.createElement("span"), { className: "govuk-visually-hidden" }));
  slot.querySelector(".slot__boxes").hidden = true;
  slot.append(button);
  buttons.push(button);
  draw(slot, button, space.checked ? "space" : works.checked ? "works" : "no");
  button.addEventListener("click", () => draw(slot, button, next[button.dataset.state]));
}

week.addEventListener("keydown", (event) => {
  const here = buttons.indexOf(event.target);
  const there = buttons[here + steps[event.key]];
  if (here >= 0 && there && there.checkVisibility()) {
    event.preventDefault();
    there.focus();
  }
});
week.classList.add("slots--drawn");
document.querySelector("[data-slots-key]").hidden = false;
