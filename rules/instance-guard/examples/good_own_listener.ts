// Each connection hears of the orders for itself, and sends them to its own client.
import { EventEmitter } from "node:events";
import { WebSocketServer } from "ws";

export const bus = new EventEmitter();

new WebSocketServer({ port: 4000 }).on("connection", (socket) => {
  bus.on("order", (amount: number) => {
    socket.send(`${amount}`);
  });
});
