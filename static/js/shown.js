// What the answers come to (the map of the reach, the cost of a week) is drawn again while they are given. Without
// scripts a button does it, which stays where the answer does not come.
const form = document.querySelector("[data-shows]");
const place = form.querySelector("[data-shown]");
const button = form.querySelector("[name=show]");
let asked = 0;
let waiting;

async function draw() {
  const mine = ++asked;
  const body = new FormData(form);
  body.append("redraw", "1");
  try {
    const answer = await fetch(location.href, { method: "POST", body });
    const drawn = await answer.text();
    if (answer.ok && mine === asked) {
      place.innerHTML = drawn;
      button.hidden = true;
    }
  } catch {
    button.hidden = false; // no connection: the button asks again
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 400);
});
