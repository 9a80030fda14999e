export const view = { title: "" };

let title = "";

export function open(event: Event): void {
  void fetch(`/titles/${event.type}`)
    .then((answer) => answer.text())
    .then((text) => {
      // racelint-expect: stale-response
      title = text;
    });
  view.title = title;
}

document.addEventListener("click", open);
