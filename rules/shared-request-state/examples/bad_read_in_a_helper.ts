import { server } from "./server";

let locale = "en";

server.on("request", async (request: { locale: string }, response: { end(text: string): void }) => {
  locale = request.locale;
  const text = await (await fetch("/text")).text();
  response.end(render(text));
});

function render(text: string): string {
  // racelint-expect: shared-request-state
  return format(text, locale);
}

function format(text: string, language: string): string {
  return `${language}: ${text}`;
}
