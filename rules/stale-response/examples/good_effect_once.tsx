// It asks once, and always the same.
import { useEffect, useState } from "react";

export function Version() {
  const [version, setVersion] = useState("");
  useEffect(() => {
    async function load() {
      const answer = await fetch("/version");
      setVersion(await answer.text());
    }
    void load();
  }, []);
  return <p>{version}</p>;
}
