import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

const add = (all: Message[], one: Message) => (all.some((other) => other.id === one.id) ? all : [...all, one]);

export function useRoom() {
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setMessages((all) => add(all, message));
    });
  }, []);

  const send = async (text: string) => {
    const created = await api.post("/messages", { text });
    setMessages((all) => add(all, created));
  };

  return { messages, send };
}
