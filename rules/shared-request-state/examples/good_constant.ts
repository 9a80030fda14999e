import { app } from "./app";

let ready = false;

app.get("/start", async (_request, response) => {
  ready = true;
  await fetch("/warm-up");
  response.send(`${ready}`);
});
