import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Board, type BoardMessages, createBoard } from '../../examples/board/board.ts';
import type { LanpeerNode } from '../../src/index.ts';
import { type PeerAssertion, type PeerRunOptions, peerPaths } from '../../src/testing/index.ts';

type Sees = PeerAssertion<Board, Board, BoardMessages>;

/** What every board has to be, whatever happens to its peer. */
function trial(start: (node: LanpeerNode<BoardMessages>) => Board): PeerRunOptions<Board, Board, BoardMessages> {
  let written = 0;
  const shows =
    (presence: string): Sees =>
    (board, { peerId }) =>
      expect(board.presence.get(peerId)).toBe(presence);
  return {
    start,
    startPeer: createBoard,
    states: {
      connecting: shows('arriving'),
      connected(board, context) {
        shows('here')(board, context);
        expect(board.unsent(context.peerId)).toEqual([]);
        // The peer, in whichever run, has everything that was ever written.
        expect(context.peerProgram?.notes).toEqual(expect.arrayContaining([...board.notes]));
      },
      failed: (board, context) => shows(context.change?.gaveUp ? 'lost' : 'away')(board, context),
      closed: shows('gone'),
    },
    always(board) {
      written += 1;
      board.write({ no: String(written), text: 'written whatever the state' });
      expect(board.notes).toHaveLength(written);
    },
  };
}

const paths = peerPaths();

describe('the board of the example, in everything that can happen to a peer', () => {
  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await path.run(trial(createBoard));
  });
});

/** What the paths say of a board: the messages of those that fail. */
async function complaintsOf(start: (node: LanpeerNode<BoardMessages>) => Board): Promise<string[]> {
  const complaints: string[] = [];
  for (const path of peerPaths({ side: 'lower' }))
    await path.run(trial(start)).catch((thrown: Error) => void complaints.push(thrown.message));
  return complaints;
}

describe('a board with a defect is found out', () => {
  it('when it keeps a peer that failed', async () => {
    const complaints = await complaintsOf((node) => {
      const board = createBoard(node);
      const presence = new Map<string, 'here'>();
      node.connections$.subscribe(({ id, state }) => {
        if (state === 'connected') presence.set(id, 'here');
      });
      return { ...board, presence } as Board;
    });
    expect(complaints.join('\n')).toContain('the process of the peer is killed');
  }, 30_000);

  it('when it does not know that a restarted peer has forgotten everything', async () => {
    const complaints = await complaintsOf((node) =>
      createBoard(Object.create(node, { sessions$: { value: NEVER } }) as LanpeerNode<BoardMessages>),
    );
    expect(complaints.join('\n')).toContain('loses power and is back at once');
  }, 30_000);
});
