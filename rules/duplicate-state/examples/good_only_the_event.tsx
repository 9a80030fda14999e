import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom() {
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setMessages((all) => [...all, message]);
    });
  }, []);

  const send = async (text: string) => {
    await api.post("/messages", { text });
  };

  return { messages, send };
}
