// The token of one request goes out with the call of another.
import { app } from "./app";

let token: string | undefined;

app.use("/", async (request, response, next) => {
  token = request.headers.authorization;
  await fetch("/sessions");
  // racelint-expect: shared-request-state
  await fetch("/me", { headers: { authorization: token } });
  next();
});
