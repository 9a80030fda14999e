// Swapping and predicting wait for each other in one queue.
import { Mutex } from "async-mutex";
import { load, type Model } from "./runtime";

export class Predictor {
  private model: Model | undefined;
  private readonly turn = new Mutex();

  async predict(text: string): Promise<string> {
    return await this.turn.runExclusive(async () => {
      const model = this.model;
      if (!model) return "";
      const tokens = await model.tokenize(text);
      return await model.generate(tokens);
    });
  }

  async swap(path: string): Promise<void> {
    await this.turn.runExclusive(async () => {
      const old = this.model;
      this.model = await load(path);
      await old?.dispose();
    });
  }
}

export const predictor = new Predictor();
document.addEventListener("input", () => void predictor.predict("ping"));
document.addEventListener("change", () => void predictor.swap("small"));
