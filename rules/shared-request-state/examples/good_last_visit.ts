// When somebody was here last is the same for all who ask.
import type { NextRequest } from "next/server";

let last = 0;

export function remember(request: NextRequest) {
  if (request.method === "GET") last = Date.now();
}

export function lastVisit() {
  return last;
}
