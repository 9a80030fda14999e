import { EventEmitter } from "node:events";

export const bus = new EventEmitter();
const totals = { orders: 0 };
const count = (amount: number) => {
  totals.orders = totals.orders + amount;
};

export class Session {
  open() {
    bus.on("order", count);
  }

  close() {
    bus.off("order", count);
  }
}

bus.on("session", () => {
  const session = new Session();
  session.open();
  session.close();
});
