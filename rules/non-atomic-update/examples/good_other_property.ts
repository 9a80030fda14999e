interface Context {
  user: string;
  body: string;
}

export async function handler(context: Context): Promise<void> {
  const answer = await fetch(`/users/${context.user}`);
  context.body = await answer.text();
}
