import { open } from "./model";
import type { Model } from "./model";

class Store {
  model: Model | null = null;

  async init(): Promise<void> {
    this.model = await open();
  }
}

export const store = new Store();

export async function ask(question: string): Promise<string> {
  // racelint-expect: unawaited-init
  store.init();
  return store.model!.complete(question);
}
