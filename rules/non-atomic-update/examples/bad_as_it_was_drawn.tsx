// Both handlers see the list as it was when the component was drawn.
import { useState } from "react";

export function List() {
  const [items, setItems] = useState<string[]>([]);
  const add = async () => {
    const answer = await fetch("/items", { method: "POST" });
    const item = await answer.text();
    // racelint-expect: non-atomic-update
    setItems([...items, item]);
  };
  return <button onClick={add}>{items.length}</button>;
}
