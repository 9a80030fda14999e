import { fetchKey, openVault, type Vault } from "./vault";

export class Secrets {
  private vault: Vault | null = null;

  constructor() {
    // racelint-expect: unawaited-init
    this.start();
  }

  private async start(): Promise<void> {
    const key = await fetchKey();
    await this.unlock(key);
  }

  private async unlock(key: string): Promise<void> {
    this.vault = await openVault(key);
  }

  has(name: string): boolean {
    if (this.vault === null) return false;
    return this.vault.has(name);
  }
}
