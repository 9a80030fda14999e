// A map of promises; an entry whose work failed is taken out, so that the next caller tries again.

class Room {
  readonly members = new Set<string>();
}

async function openRoom(id: string): Promise<Room> {
  await fetch(`/rooms/${id}`, { method: "PUT" });
  return new Room();
}

export class Rooms {
  private readonly rooms = new Map<string, Promise<Room>>();

  join(id: string): Promise<Room> {
    let room = this.rooms.get(id);
    if (!room) {
      room = openRoom(id);
      this.rooms.set(id, room);
      room.catch(() => this.rooms.delete(id));
    }
    return room;
  }
}

export const rooms = new Rooms();
