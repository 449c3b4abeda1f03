// A notice board that every device on the network shows: which devices are here, what was written, and what is still to be sent.
import type { LanpeerNode } from '../../src/index.ts';

/** A note has a number of its own, so that one that comes twice is known. */
export interface Note {
  readonly no: string;
  readonly text: string;
}

export interface BoardMessages {
  note: Note;
}

/** How one device is shown. */
export type Presence = 'arriving' | 'here' | 'away' | 'lost' | 'gone';

export interface Board {
  /** Devices by id. */
  readonly presence: ReadonlyMap<string, Presence>;
  /** Notes of all devices, own ones among them, in the order of arrival. */
  readonly notes: readonly Note[];
  /** Notes that a device has not acknowledged. */
  unsent(id: string): readonly Note[];
  write(note: Note): void;
}

const shownAs = { new: 'arriving', connecting: 'arriving', connected: 'here', closed: 'gone' } as const;

/** Keeps what it writes for each device until that has it: lanpeer promises nothing across a restart. */
export function createBoard(node: LanpeerNode<BoardMessages>): Board {
  const presence = new Map<string, Presence>();
  const notes = new Map<string, Note>();
  const owed = new Map<string, Map<string, Note>>();
  const underWay = new Set<string>();

  function give(id: string, note: Note): void {
    const key = `${id} ${note.no}`;
    if (underWay.has(key)) return;
    underWay.add(key);
    void node
      .send(id, 'note', note)
      .then(({ delivered }) => delivered)
      .catch(() => 'unsent' as const)
      .then((fate) => {
        underWay.delete(key);
        if (fate === 'delivered') owed.get(id)?.delete(note.no);
        // The session ended under it; a device that is here again gets it again.
        else if (presence.get(id) === 'here') give(id, note);
      });
  }

  function settle(id: string): void {
    for (const note of owed.get(id)?.values() ?? []) give(id, note);
  }

  node.connections$.subscribe(({ id, state, gaveUp }) => {
    presence.set(id, state === 'failed' ? (gaveUp ? 'lost' : 'away') : shownAs[state]);
    // A device that was seen once still gets what was written before.
    if (!owed.has(id)) owed.set(id, new Map(notes));
    if (state === 'connected') settle(id);
  });
  // A peer that began anew has forgotten what it had.
  node.sessions$.subscribe(({ id, change }) => {
    if (change === 'resumed') return;
    owed.set(id, new Map(notes));
    if (presence.get(id) === 'here') settle(id);
  });
  node.handle('note', ({ data }) => void notes.set(data.no, data));

  return {
    presence,
    get notes() {
      return [...notes.values()];
    },
    unsent: (id) => [...(owed.get(id)?.values() ?? [])],
    write(note) {
      notes.set(note.no, note);
      for (const [id, waiting] of owed) {
        waiting.set(note.no, note);
        if (presence.get(id) === 'here') give(id, note);
      }
    },
  };
}
