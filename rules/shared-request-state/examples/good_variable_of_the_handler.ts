import { app } from "./app";

app.get("/orders", async (request, response) => {
  const user = request.query.user;
  const orders = await fetch("/internal/orders");
  response.send(user + (await orders.text()));
});
