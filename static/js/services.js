// While boxes are ticked, what they ask for is said beside them. Without this the next page says it before saving.
const form = document.querySelector("form[data-asks]");
const aside = form.querySelector(".services__asks");
const words = aside.querySelector("[role=status]");
let latest = 0;

async function ask() {
  const mine = (latest += 1);
  const chosen = new FormData(form).getAll("services");
  const query = new URLSearchParams(chosen.map((slug) => ["services", slug]));
  try {
    const answer = await fetch(`${form.dataset.asks}?${query}`, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected && mine === latest) {
      words.innerHTML = await answer.text();
    }
  } catch {
    // Away from the network the next page says it.
  }
}

form.addEventListener("change", ask);
aside.hidden = false;
ask();
