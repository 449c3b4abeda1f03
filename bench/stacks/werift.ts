import type { RTCDataChannel } from 'werift';
import type { Rpc } from '../support/rpc.ts';
import { sharedNow } from '../support/rpc.ts';
import { type Counter, counted, echoed, echoMark, type Link, type NearEnd, type Stack } from './stack.ts';
import { openRaw } from './werift-link.ts';

const high = 262_144;
const low = 65_536;

function linkOf(channel: RTCDataChannel): Link {
  channel.bufferedAmountLowThreshold = low;
  return {
    sender(bytes) {
      const message = counted(bytes);
      return () => {
        channel.send(message);
        if (channel.bufferedAmount <= high) return undefined;
        return new Promise<void>((resolve) => {
          const { unSubscribe } = channel.bufferedAmountLow.subscribe(() => {
            unSubscribe();
            resolve();
          });
        });
      };
    },
    ping: () =>
      new Promise<void>((resolve) => {
        const { unSubscribe } = channel.onMessage.subscribe(() => {
          unSubscribe();
          resolve();
        });
        channel.send(echoed());
      }),
  };
}

async function near(rpc: Rpc): Promise<NearEnd> {
  const kept: unknown[] = [];
  return {
    async connect() {
      rpc.send('open');
      const begun = sharedNow();
      const link = await openRaw('offerer', rpc);
      const opened = Math.max(sharedNow(), Number(await rpc.next('opened')));
      rpc.send('close');
      await link.close();
      await rpc.next('closed');
      return opened - begun;
    },
    async open() {
      rpc.send('open');
      const link = await openRaw('offerer', rpc);
      await rpc.next('opened');
      return linkOf(link.channel);
    },
    async hold(count) {
      for (let held = 0; held < count; held += 1) {
        rpc.send('open');
        kept.push(await openRaw('offerer', rpc));
        await rpc.next('opened');
      }
    },
  };
}

async function far(rpc: Rpc, counter: Counter): Promise<void> {
  const kept: Awaited<ReturnType<typeof openRaw>>[] = [];
  rpc.on('open', () => {
    void (async () => {
      const link = await openRaw('answerer', rpc);
      kept.push(link);
      link.channel.onMessage.subscribe((message) => {
        if (message[0] === echoMark) link.channel.send(message);
        else counter.message();
      });
      rpc.send('opened', sharedNow());
    })();
  });
  rpc.on('close', () => {
    void (async () => {
      await kept.pop()?.close();
      rpc.send('closed');
    })();
  });
}

/**
 * werift used as its examples do: one message a send, waiting while too much is buffered. Descriptions go over the
 * channel between the processes: no signalling. Its messages above 64 KiB never arrive.
 */
export const weriftStack: Stack = {
  name: 'plain werift',
  abilities: ['connect', 'messages', 'hold'],
  largest: 61_440,
  near,
  far,
};
