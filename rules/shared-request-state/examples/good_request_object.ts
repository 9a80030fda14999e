import { app } from "./app";

app.use("/", async (request, response, next) => {
  request.user = request.headers.authorization;
  await fetch("/sessions");
  response.setHeader("x-user", request.user);
  next();
});
