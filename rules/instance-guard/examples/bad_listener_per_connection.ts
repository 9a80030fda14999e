// Each connection listens to the one bus of the process and writes each order down.
import { EventEmitter } from "node:events";
import { WebSocketServer } from "ws";

export const bus = new EventEmitter();
const totals = { orders: 0 };

new WebSocketServer({ port: 4000 }).on("connection", (socket) => {
  // racelint-possible: instance-guard
  bus.on("order", (amount: number) => {
    totals.orders = totals.orders + amount;
  });
  socket.send(`${totals.orders}`);
});
