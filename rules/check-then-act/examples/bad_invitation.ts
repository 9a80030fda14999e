// An invitation that is used twice at once lets two people in.
let invitation: string | null = null;

export function invite(code: string): void {
  invitation = code;
}

export async function join(name: string): Promise<boolean> {
  if (!invitation) return false;
  await fetch("/members", { method: "POST", body: name });
  // racelint-expect: check-then-act
  invitation = null;
  return true;
}

document.addEventListener("invite", (event) => invite(event.type));
document.addEventListener("join", (event) => void join(event.type));
