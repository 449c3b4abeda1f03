import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { ClosingLinks, type StoppedLink } from '../../../../src/node/links/closing-links.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { byeMs, lingerMs, lingering } = limits.link;

function setUp() {
  const clock = createVirtualClock();
  const closed: string[] = [];
  /** A link that the other side does not end. */
  const link = (name: string): StoppedLink => ({
    peerId: 'peer',
    networkKey: undefined,
    gone: new Promise(() => undefined),
    close() {
      closed.push(name);
      return Promise.resolve();
    },
  });
  return { clock, closed, link, closing: new ClosingLinks(clock) };
}

test('when the peer does not close a link after a bye, closes it', () => {
  const { clock, closed, link, closing } = setUp();
  closing.closeAfterBye(link('left'));
  clock.advance(byeMs - 1);
  expect(closed).toEqual([]);
  clock.advance(1);
  expect(closed).toEqual(['left']);
});

test('when the peer does not end a link that was replaced, closes it', () => {
  const { clock, closed, link, closing } = setUp();
  closing.closeReplaced(link('replaced'));
  clock.advance(lingerMs - 1);
  expect(closed).toEqual([]);
  clock.advance(1);
  expect([closed, clock.pending]).toEqual([['replaced'], 0]);
});

test('when more links of a peer were replaced than may linger, closes the oldest', () => {
  const { closed, link, closing } = setUp();
  for (let no = 0; no <= lingering; no += 1) closing.closeReplaced(link(`${no}`));
  expect(closed).toEqual(['0']);
});
