// A ref as a guard against double clicks, set only once the server has answered.

import { useRef } from "react";

export function Checkout({ cart }: { cart: string }) {
  const paying = useRef(false);

  const pay = async () => {
    if (paying.current) return;
    const quote = await fetch(`/carts/${cart}/quote`);
    const price = await quote.text();
    // racelint-expect: broken-guard
    paying.current = true;
    try {
      await fetch("/payments", { method: "POST", body: price });
    } finally {
      paying.current = false;
    }
  };

  return <button onClick={pay}>Pay</button>;
}
