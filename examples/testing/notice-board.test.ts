// The notice board goes through everything that a peer can go through: each path on a network in memory of its own, in
// virtual time. Any test runner will do.
import { describe, expect, it } from 'vitest';
import { type PeerTest, peerPaths } from '../../src/testing/index.ts';
import { createNoticeBoard, type NoticeBoard } from './notice-board.ts';

const test: PeerTest<NoticeBoard> = {
  start: (node) => createNoticeBoard(node),
  states: {
    connected(board, { peer }) {
      const id = peer?.id ?? '';
      expect(board.people.get(id)).toBe('here');
      // What was written while it was not here has been delivered.
      expect(board.waitingFor(id)).toBe(0);
      board.write(id, 'you are here');
    },
    failed(board, { peer }) {
      const id = peer?.id ?? '';
      expect(board.people.get(id)).toBe('away');
      board.write(id, 'come back');
      expect(board.waitingFor(id)).toBeGreaterThan(0);
    },
    gaveUp(board, { peer }) {
      expect(board.people.get(peer?.id ?? '')).toBe('away');
      board.write(peer?.id ?? '', 'where are you?');
    },
    closed(board, { peer }) {
      const id = peer?.id ?? '';
      expect(board.people.get(id)).toBe('left');
      board.write(id, 'until next time');
      expect(board.waitingFor(id)).toBeGreaterThan(0);
    },
  },
};

describe('the notice board', () => {
  for (const path of peerPaths()) it(path.description, () => path.run(test));
});

it('a board that takes no notice of a failure is caught', async () => {
  const careless: PeerTest<NoticeBoard> = {
    ...test,
    start: (node) => createNoticeBoard(node, ({ state }, before) => (state === 'connected' ? 'here' : before)),
  };
  const results = await Promise.allSettled(peerPaths().map((path) => path.run(careless)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  expect(failures).toContainEqual(
    expect.stringMatching(/^Error: After appears > cut: nothing passes .* fails in failed/),
  );
});
