// The object was made by this run, and is filled step by step.
export async function report(id: string): Promise<{ name: string; size: number }> {
  const result = { name: "", size: 0 };
  result.name = await (await fetch(`/names/${id}`)).text();
  result.size = result.name.length;
  const more = await (await fetch(`/sizes/${id}`)).text();
  result.size = result.size + more.length;
  return result;
}

document.addEventListener("click", () => void report("one"));
