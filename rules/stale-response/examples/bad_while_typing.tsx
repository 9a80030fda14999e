import { useState } from "react";

export function Box() {
  const [results, setResults] = useState("");
  const change = async (text: string) => {
    const answer = await fetch(`/search?q=${text}`);
    // racelint-expect: stale-response
    setResults(await answer.text());
  };
  return <input onChange={(event) => void change(event.target.value)} title={results} />;
}
