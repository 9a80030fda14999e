import { useState } from "react";
import { api, type Message } from "./connection";

export function useRoom() {
  const [messages, setMessages] = useState<Message[]>([]);

  const send = async (text: string) => {
    const created = await api.post("/messages", { text });
    setMessages((all) => [...all, created]);
  };

  return { messages, send };
}
