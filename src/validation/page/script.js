const form = document.getElementById("filter");
const said = form.querySelector("output");
const items = Array.from(document.querySelectorAll(".item"));
form.hidden = false;

const apply = () => {
  const rule = form.elements.rule.value;
  const folder = form.elements.folder.value.trim();
  const confidence = form.elements.confidence.value;
  let shown = 0;
  for (const item of items) {
    const of = item.dataset;
    const fits = (!rule || of.rule === rule) && (!confidence || of.confidence === confidence) && of.path.startsWith(folder);
    if (item.hidden === fits) item.hidden = !fits;
    if (fits) shown += 1;
  }
  said.textContent = rule || folder || confidence ? `${shown} of ${items.length} shown` : "";
};

let waiting = 0;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(apply, 80);
});
form.addEventListener("reset", () => setTimeout(apply, 0));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => (part.open = true)));
