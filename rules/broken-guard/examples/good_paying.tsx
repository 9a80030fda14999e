import { useState } from "react";

export function Pay() {
  const [paying, setPaying] = useState(false);
  const pay = async () => {
    if (paying) return;
    setPaying(true);
    try {
      await fetch("/pay", { method: "POST" });
    } finally {
      setPaying(false);
    }
  };
  return <button onClick={pay}>Pay</button>;
}
