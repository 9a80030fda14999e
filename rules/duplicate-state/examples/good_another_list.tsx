import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom() {
  const [sent, setSent] = useState<Message[]>([]);
  const [received, setReceived] = useState<Message[]>([]);

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setReceived((all) => (all.some((other) => other.id === message.id) ? all : [...all, message]));
    });
  }, []);

  const send = async (text: string) => {
    const created = await api.post("/messages", { text });
    setSent((all) => [...all, created]);
  };

  return { sent, received, send };
}
