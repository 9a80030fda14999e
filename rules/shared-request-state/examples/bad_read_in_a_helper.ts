import { server } from "./server";

let locale = "en";

server.on("request", async (request: { locale: string }) => {
  locale = request.locale;
  await fetch("/text");
  // racelint-expect: shared-request-state
  return render();
});

function render(): string {
  return `${locale}: text`;
}
