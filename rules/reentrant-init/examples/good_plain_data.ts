export class Profile {
  private settings: Record<string, string> = {};

  async load(user: string): Promise<void> {
    const answer = await fetch(`/settings/${user}`);
    this.settings = await answer.json();
  }

  get(name: string): string | undefined {
    return this.settings[name];
  }
}

export const profile = new Profile();
