// The same with a list in a field.
import { api, channel, type Order } from "./connection";

export class Orders {
  readonly list: Order[] = [];

  constructor() {
    channel.on("order", (order: Order) => {
      if (this.list.some((other) => other.id === order.id)) return;
      this.list.push(order);
    });
  }

  async place(item: string) {
    const order = await api.createOrder({ item });
    // racelint-possible: duplicate-state
    this.list.push(order);
  }
}
