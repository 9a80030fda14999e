import { app } from "./app";

let newest = "";

app.get("/search", async (request, response) => {
  const query: string = request.query.q;
  newest = query;
  const answer = await fetch(`/internal/search?q=${query}`);
  if (newest !== query) return response.end();
  response.send(await answer.text());
});
