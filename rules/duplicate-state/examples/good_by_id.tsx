import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom() {
  const [messages, setMessages] = useState<Record<string, Message>>({});

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setMessages((all) => ({ ...all, [message.id]: message }));
    });
  }, []);

  const send = async (text: string) => {
    const created = await api.post("/messages", { text });
    setMessages((all) => ({ ...all, [created.id]: created }));
  };

  return { messages, send };
}
