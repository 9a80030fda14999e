// The token of one request goes out with the call of another.
import { app } from "./app";

let token: string | undefined;

app.use("/", async (request) => {
  token = request.headers.authorization;
  await fetch("/sessions");
  // racelint-expect: shared-request-state
  const me = await fetch("/me", { headers: { authorization: token } });
  return me;
});
