// A program to be tested: who is here, and notes that wait for those who are not. See notice-board.test.ts.
import { type ConnectionChange, type Fate, LanpeerError, type LanpeerNode } from '../../src/index.ts';

type Presence = 'here' | 'away' | 'left';

interface Note {
  readonly no: number;
  readonly text: string;
}

/** Where a transition leaves a peer. One that was never here is not on the board. */
function presenceAfter({ state }: ConnectionChange, before: Presence | undefined): Presence | undefined {
  if (state === 'connected') return 'here';
  if (state === 'closed') return before && 'left';
  return before && 'away';
}

export function createNoticeBoard(node: LanpeerNode, presence: typeof presenceAfter = presenceAfter) {
  const people = new Map<string, Presence>();
  const drawers = new Map<string, Note[]>();
  const underWay = new Set<Note>();
  let notes = 0;

  /** `unsent`: it did not arrive; `unknown`: it may have, and the other board knows a note by its number. */
  async function deliver(to: string, note: Note): Promise<Fate> {
    try {
      return await (await node.send(to, 'note', note)).delivered;
    } catch (thrown) {
      if (thrown instanceof LanpeerError) return 'unsent';
      throw thrown;
    }
  }

  /** Takes a note out of its drawer once it has been delivered. */
  async function send(to: string, note: Note): Promise<void> {
    if (underWay.has(note)) return;
    underWay.add(note);
    const fate = await deliver(to, note);
    underWay.delete(note);
    if (fate === 'delivered') drawers.set(to, drawers.get(to)?.filter(({ no }) => no !== note.no) ?? []);
    // It began anew meanwhile and knows nothing of the note; whoever is not here gets it when they come.
    else if (node.state === 'running' && people.get(to) === 'here') setImmediate(() => void send(to, note));
  }

  node.connections$.subscribe((change) => {
    const { id } = change;
    const now = presence(change, people.get(id));
    if (now) people.set(id, now);
    if (change.state === 'connected') for (const note of drawers.get(id) ?? []) void send(id, note);
  });

  return {
    people: people as ReadonlyMap<string, Presence>,
    waitingFor: (id: string): number => drawers.get(id)?.length ?? 0,
    write(to: string, text: string): void {
      notes += 1;
      const note = { no: notes, text };
      drawers.set(to, [...(drawers.get(to) ?? []), note]);
      void send(to, note);
    },
  };
}

export type NoticeBoard = ReturnType<typeof createNoticeBoard>;
