// Only a note of who came last; nobody takes it for their own.
import { app } from "./app";

let lastSeen = "";

app.get("/orders", async (request, response) => {
  lastSeen = request.query.user;
  const orders = await fetch("/internal/orders");
  response.send(await orders.text());
});

app.get("/last", (_request, response) => {
  response.send(lastSeen);
});
