import { open } from "./rooms";

interface Room {
  user: string;
  ready: Promise<void>;
}

const rooms: Room[] = [];

function enter(user: string): Room {
  const known = rooms.find((room) => room.user === user);
  if (known) return known;
  const room = { user, ready: open(user) };
  rooms.push(room);
  return room;
}

document.addEventListener("click", (event) => void enter(event.type));
