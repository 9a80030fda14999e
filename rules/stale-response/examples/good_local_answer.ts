export async function title(id: string): Promise<string> {
  let text = "";
  const answer = await fetch(`/titles/${id}`);
  text = await answer.text();
  return text;
}

document.addEventListener("click", (event) => void title(event.type));
