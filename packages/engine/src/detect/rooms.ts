/**
 * Rooms of one width for many series, in few arrays: an array of its own costs two hundred bytes a series beside what it
 * holds. Plain data: copies that keep identity (structuredClone, v8.serialize) keep arrays shared.
 */
export interface Room { readonly cells: Uint16Array; readonly at: number }

export interface Rooms {
  readonly width: number;
  cells: Uint16Array | null;
  /** Rooms of `cells` that were given out. */
  taken: number;
  /** Given back. */
  readonly free: Room[];
}

const perArray = 64;

export function makeRooms(width: number): Rooms {
  return { width, cells: null, taken: 0, free: [] };
}

/** All zero. */
export function takeRoom(rooms: Rooms): Room {
  const free = rooms.free.pop();
  if (free !== undefined) {
    free.cells.fill(0, free.at, free.at + rooms.width);
    return free;
  }
  if (rooms.cells === null || rooms.taken === perArray) {
    rooms.cells = new Uint16Array(perArray * rooms.width);
    rooms.taken = 0;
  }
  return { cells: rooms.cells, at: rooms.width * rooms.taken++ };
}

/** Whoever gives a room back looks into it no more. */
export function giveRoom(rooms: Rooms, { cells, at }: Room): void {
  rooms.free.push({ cells, at });
}
