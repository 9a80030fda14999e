import { useEffect, useState } from "react";
import { search } from "./api";

export function Results({ query }: { query: string }) {
  const [results, setResults] = useState<string[]>([]);
  useEffect(() => {
    let gone = false;
    search(query).then((found: string[]) => {
      if (!gone) setResults(found);
    });
    return () => {
      gone = true;
    };
  }, [query]);
  return <p>{results.length}</p>;
}
