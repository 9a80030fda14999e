import { useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom() {
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    socket.on("message", (message: Message) => {
      setMessages((all) => (all.some((other) => other.id === message.id) ? all : [...all, message]));
    });
  }, []);

  // What is asked for was never told of by an event.
  const older = async (page: number) => {
    const message = await api.getMessage(page);
    setMessages((all) => [...all, message]);
  };

  return { messages, older };
}
