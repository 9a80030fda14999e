// Two calls from the same user find no room of theirs, and open one each.
import { open } from "./rooms";

interface Room {
  user: string;
}

const rooms: Room[] = [];

async function enter(user: string): Promise<Room> {
  const known = rooms.find((room) => room.user === user);
  if (known) return known;
  const room = await open(user);
  // racelint-expect: check-then-act
  rooms.push(room);
  return room;
}

document.addEventListener("click", (event) => void enter(event.type));
