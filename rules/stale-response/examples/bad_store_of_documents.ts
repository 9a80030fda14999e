// What is shown as open and its content may come from two different requests.
class Documents {
  open = "";
  content = "";

  async show(id: string): Promise<void> {
    this.open = id;
    const answer = await fetch(`/documents/${id}`);
    // racelint-expect: stale-response
    this.content = await answer.text();
  }
}

export const documents = new Documents();
