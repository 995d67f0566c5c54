// Printing needs a script, so the button is made by one: without scripts there is nothing that does not work.
for (const place of document.querySelectorAll("[data-print]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = place.dataset.class ?? "";
  button.textContent = place.dataset.print;
  button.addEventListener("click", () => window.print());
  place.append(button);
  place.hidden = false;
}
