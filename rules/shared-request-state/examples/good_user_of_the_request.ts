import express from "express";

const app = express();

app.get("/me", async (request, response) => {
  const user = request.header("x-user");
  await fetch("/audit");
  response.json({ user });
});
