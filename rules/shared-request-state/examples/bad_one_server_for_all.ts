// One server object is connected anew by each request: the second one takes it away from the first.
import express from "express";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();
const server = new McpServer({ name: "orders", version: "1.0.0" });

app.post("/mcp", async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  // racelint-expect: shared-request-state
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
