// The first request tells under which name the server is known; that is kept.
import type { NextRequest } from "next/server";

let origin = "";

export function remember(request: NextRequest) {
  if (!origin) {
    origin = request.nextUrl.origin;
  }
}

export function link(path: string) {
  return `${origin}${path}`;
}
