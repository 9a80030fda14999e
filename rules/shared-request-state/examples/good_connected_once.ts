import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new McpServer({ name: "orders", version: "1.0.0" });

export async function main() {
  const transport = new StdioServerTransport();
  await server.connect(transport);
}
