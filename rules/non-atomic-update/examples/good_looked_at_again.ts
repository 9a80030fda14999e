// Behind the wait the place is looked at once more, and left alone if somebody was quicker.
let newest = 0;

export async function refresh(version: number): Promise<void> {
  if (newest >= version) return;
  await fetch(`/versions/${version}`);
  if (newest >= version) return;
  newest = version;
}

document.addEventListener("click", () => void refresh(1));
document.addEventListener("keydown", () => void refresh(2));
