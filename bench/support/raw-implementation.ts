import type { RTCDataChannel } from 'werift';
import type { Implementation } from './implementation.ts';
import { openRaw } from './raw.ts';
import type { Rpc } from './rpc.ts';

const high = 262_144;
const low = 65_536;

/**
 * werift used as its examples do: one message a send, waiting while too much is buffered. Its messages above 64 KiB
 * never arrive, so that is the largest that it is asked for.
 */
export async function rawImplementation(rpc: Rpc): Promise<Implementation> {
  rpc.send('raw');
  const link = await openRaw('offerer', rpc);
  const { channel } = link;
  channel.bufferedAmountLowThreshold = low;

  function roomFor(limit: number): Promise<void> | undefined {
    if (channel.bufferedAmount <= limit) return undefined;
    return new Promise((resolve) => {
      const { unSubscribe } = channel.bufferedAmountLow.subscribe(() => {
        unSubscribe();
        resolve();
      });
    });
  }

  return {
    name: 'plain werift',
    async flood(bytes, count) {
      rpc.send('raw count', count);
      await rpc.next('raw counting');
      const message = Buffer.alloc(bytes, 120);
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 1) {
        channel.send(message);
        await roomFor(high);
      }
      await rpc.next('raw counted');
      return (performance.now() - begun) / 1_000;
    },
    async ping() {
      const answered = new Promise<void>((resolve) => {
        const { unSubscribe } = channel.onMessage.subscribe(() => {
          unSubscribe();
          resolve();
        });
      });
      const begun = performance.now();
      channel.send(Buffer.alloc(100, 120));
      await answered;
      return performance.now() - begun;
    },
    async close() {
      rpc.send('raw close');
      await link.close();
      await rpc.next('raw closed');
    },
  };
}

/** The other end: counts when it is told to, else sends back what comes. */
export async function serveRaw(rpc: Rpc): Promise<void> {
  const link = await openRaw('answerer', rpc);
  const channel: RTCDataChannel = link.channel;
  let left = 0;
  channel.onMessage.subscribe((message) => {
    if (left === 0) channel.send(message);
    else {
      left -= 1;
      if (left === 0) rpc.send('raw counted');
    }
  });
  rpc.on('raw count', (count) => {
    left = Number(count);
    rpc.send('raw counting');
  });
  await rpc.next('raw close');
  await link.close();
  rpc.send('raw closed');
}
