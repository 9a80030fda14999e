import express from "express";

const app = express();
let user: string | undefined;

app.get("/me", async (request, response) => {
  user = request.header("x-user");
  await fetch("/audit");
  // racelint-expect: shared-request-state
  response.json({ user });
});
