// The user of a request stands in a module variable: by the time of the answer it is another request's.
import { app } from "./app";

let user = "";

app.get("/orders", async (request) => {
  user = request.query.user;
  const orders = await fetch("/internal/orders");
  // racelint-expect: shared-request-state
  return user + orders.statusText;
});
