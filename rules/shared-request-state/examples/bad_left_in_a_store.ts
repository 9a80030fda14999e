// The same with a store: it belongs to the server, not to the request.
import type { APIContext } from "astro";
import { atom } from "nanostores";

const $user = atom("");

export function onRequest(context: APIContext) {
  // racelint-expect: shared-request-state
  $user.set(context.locals.user());
}

export function greeting() {
  return `Hello ${$user.get()}`;
}
