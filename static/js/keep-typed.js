// Changing the language keeps what was typed: the form goes along to the same page in the other language.
const form = document.querySelector("[data-keep-typed]");
for (const link of document.querySelectorAll(".govuk-language-navigation__link")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "other_language", value: "1" });
    form.append(mark);
    form.action = link.href;
    form.submit();
  });
}
