// The instance is stored first and made ready after: nobody can find it missing twice.

export class Telemetry {
  private static instance: Telemetry | undefined;
  private ready: Promise<void> = Promise.resolve();

  static async get(): Promise<Telemetry> {
    if (!Telemetry.instance) {
      const made = new Telemetry();
      Telemetry.instance = made;
      made.ready = made.start();
    }
    await Telemetry.instance.ready;
    return Telemetry.instance;
  }

  private async start(): Promise<void> {
    await fetch("/telemetry", { method: "POST" });
  }
}
