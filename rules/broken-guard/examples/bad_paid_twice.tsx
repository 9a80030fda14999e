// The button can be pressed again while the first payment is under way.
import { useState } from "react";

export function Pay() {
  const [paid, setPaid] = useState(false);
  const pay = async () => {
    if (paid) return;
    await fetch("/pay", { method: "POST" });
    // racelint-expect: broken-guard
    setPaid(true);
  };
  return <button onClick={pay}>Pay</button>;
}
