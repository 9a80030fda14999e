// What the request brings is left in the module, and the page that is rendered later takes it from there.
import type { NextRequest } from "next/server";

let session = "";

export function remember(request: NextRequest) {
  // racelint-expect: shared-request-state
  session = request.cookies.get("session")?.value ?? "";
}

export function currentSession() {
  return session;
}
