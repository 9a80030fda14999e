import { openModel, type Engine } from "./engine";

class Job {
  private engine: Engine | undefined = undefined;

  async run(path: string): Promise<string> {
    this.engine = await openModel(path);
    const answer = await this.engine.ask("hello");
    this.engine.close();
    return answer;
  }
}

export async function ask(path: string): Promise<string> {
  return await new Job().run(path);
}
