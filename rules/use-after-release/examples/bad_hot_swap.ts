// A model is swapped for another one while a prediction still waits for its answer from the old one.
import { load, type Model } from "./runtime";

export class Predictor {
  private model: Model | undefined;

  async predict(text: string): Promise<string> {
    const model = this.model;
    if (!model) return "";
    const tokens = await model.tokenize(text);
    // racelint-expect: use-after-release
    return model.generate(tokens);
  }

  async swap(path: string): Promise<void> {
    const next = await load(path);
    const old = this.model;
    this.model = next;
    await old?.dispose();
  }
}

export const predictor = new Predictor();
setInterval(() => void predictor.predict("ping"), 1000);
document.addEventListener("change", () => void predictor.swap("small"));
