import { app } from "./app";

let last = "";

app.get("/orders", async (request, response) => {
  last = request.query.user;
  const orders = fetch(`/internal/orders?user=${last}`);
  response.send(await orders);
});
