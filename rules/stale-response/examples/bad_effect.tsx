// The page asks again whenever another user is shown; the answers come as they like.
import { useEffect, useState } from "react";

export function Profile({ id }: { id: string }) {
  const [name, setName] = useState("");
  useEffect(() => {
    async function load() {
      const answer = await fetch(`/users/${id}`);
      // racelint-expect: stale-response
      setName(await answer.text());
    }
    void load();
  }, [id]);
  return <p>{name}</p>;
}
