import { expect, test } from 'vitest';
import { StreamCounters } from '../../../../src/node/monitoring/stream-counters.ts';

test('bytes of a stream count while it is open, and stay when it is over', () => {
  const counters = new StreamCounters();
  const [one, other] = [
    { bytesSent: 0, bytesReceived: 0 },
    { bytesSent: 5, bytesReceived: 0 },
  ];
  counters.begin(one, 'opened');
  counters.begin(other, 'accepted');
  counters.refuse();
  Object.assign(one, { bytesSent: 10, bytesReceived: 20 });
  const counted = { opened: 1, accepted: 1, refused: 1, sent: 15, received: 20 };
  expect(counters.stats()).toEqual({ open: 2, ...counted });
  counters.end(one);
  counters.end(one);
  Object.assign(one, { bytesSent: 1_000 });
  expect(counters.stats()).toEqual({ open: 1, ...counted });
});
