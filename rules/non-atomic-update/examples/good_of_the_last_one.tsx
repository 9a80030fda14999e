import { useState } from "react";

export function List() {
  const [items, setItems] = useState<string[]>([]);
  const add = async () => {
    const answer = await fetch("/items", { method: "POST" });
    const item = await answer.text();
    setItems((before) => [...before, item]);
  };
  return <button onClick={add}>{items.length}</button>;
}
