import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom() {
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setMessages((all) => [...all.filter((other) => other.id !== message.id), message]);
    });
  }, []);

  const send = async (text: string) => {
    const created = await api.post("/messages", { text });
    setMessages((all) => [...all.filter((other) => other.id !== created.id), created]);
  };

  return { messages, send };
}
