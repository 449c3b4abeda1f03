import { expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { RemoteSession } from '../../../../src/protocol/message-session/remote-session.ts';

const { largeBytes, mostBytes, items, leastItems, mostItems } = limits.messages;
const hello = { session: '0123456789abcdef', stream: null, resumable: true, received: 0, handled: 0 };

it.each([
  [
    { maxMessageBytes: 0, maxMessageItems: 0 },
    { bytes: largeBytes, items: leastItems },
  ],
  [
    { maxMessageBytes: 1, maxMessageItems: 1 },
    { bytes: largeBytes, items: leastItems },
  ],
  [{ maxMessageBytes: 5_000_000 }, { bytes: 5_000_000, items }],
  [
    { maxMessageBytes: Number.MAX_SAFE_INTEGER, maxMessageItems: Number.MAX_SAFE_INTEGER },
    { bytes: mostBytes, items: mostItems },
  ],
])('when a peer says that it takes %o, is %o', (announced, taken) => {
  const remote = new RemoteSession({ bytes: 1, items: 1 });
  remote.update({ ...hello, ...announced }, []);
  expect(remote.takes).toEqual(taken);
});
