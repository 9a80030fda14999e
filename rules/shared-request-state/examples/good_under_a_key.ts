import { app } from "./app";

const users = new Map<string, string>();

app.get("/orders", async (request, response) => {
  users.set(request.id, request.query.user);
  const orders = await fetch("/internal/orders");
  response.send(`${users.get(request.id)} ${await orders.text()}`);
  users.delete(request.id);
});
