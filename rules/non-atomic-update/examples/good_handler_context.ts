// The context belongs to one request: nobody else writes its body while the handler waits.
interface Context {
  query: { id: string };
  body: string;
  status: number;
}

type Next = () => Promise<void>;

export async function page(context: Context, next: Next): Promise<void> {
  if (!context.query.id) context.status = 400;
  await next();
  const answer = await fetch(`/pages/${context.query.id}`);
  context.body = await answer.text();
  context.status = 200;
}
