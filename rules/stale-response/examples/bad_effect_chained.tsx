import { useEffect, useState } from "react";
import { search } from "./api";

export function Results({ query }: { query: string }) {
  const [results, setResults] = useState<string[]>([]);
  useEffect(() => {
    search(query).then((found: string[]) => {
      // racelint-expect: stale-response
      setResults(found);
    });
  }, [query]);
  return <p>{results.length}</p>;
}
