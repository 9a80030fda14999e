// Nothing is swapped while somebody predicts.
import { load, type Model } from "./runtime";

export class Predictor {
  private model: Model | undefined;
  private busy = false;

  async predict(text: string): Promise<string> {
    const model = this.model;
    if (!model || this.busy) return "";
    this.busy = true;
    try {
      const tokens = await model.tokenize(text);
      return await model.generate(tokens);
    } finally {
      this.busy = false;
    }
  }

  async swap(path: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      const next = await load(path);
      const old = this.model;
      this.model = next;
      await old?.dispose();
      return true;
    } finally {
      this.busy = false;
    }
  }
}

export const predictor = new Predictor();
document.addEventListener("input", () => void predictor.predict("ping"));
document.addEventListener("change", () => void predictor.swap("small"));
