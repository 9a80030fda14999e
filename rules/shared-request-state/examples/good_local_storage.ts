import { AsyncLocalStorage } from "node:async_hooks";
import { app } from "./app";

const current = new AsyncLocalStorage<string>();

app.get("/orders", (request, response) => {
  current.run(request.query.user, async () => {
    const orders = await fetch("/internal/orders");
    response.send(current.getStore() + (await orders.text()));
  });
});
