import { api, channel, type Order } from "./connection";

export class Orders {
  readonly byId = new Map<string, Order>();

  constructor() {
    channel.on("order", (order: Order) => {
      this.byId.set(order.id, order);
    });
  }

  async place(item: string) {
    const order = await api.createOrder({ item });
    this.byId.set(order.id, order);
  }
}
