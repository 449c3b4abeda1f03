import type { Clock } from '../../src/environment.ts';
import type { LanpeerError } from '../../src/errors.ts';
import type { Mailbox } from '../../src/node/delivery/mailbox.ts';
import { Channel } from '../../src/node/links/channel.ts';
import { createNodeCounters } from '../../src/node/monitoring/node-counters.ts';
import { createPeerCounters } from '../../src/node/monitoring/peer-counters.ts';
import { createFrameRules } from '../../src/protocol/features.ts';

export interface MessageChannelOptions {
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  readonly send: (record: Uint8Array) => void;
  readonly open: (channel: Channel) => void;
  readonly down: (error: LanpeerError) => void;
}

/** A channel of a mailbox, over a link that takes whatever is sent at once. */
export function createMessageChannel({ clock, mailbox, send, open, down }: MessageChannelOptions): Channel {
  const ignore = (): void => undefined;
  const channel: Channel = new Channel({
    link: { bufferedAmount: 0, send },
    highWater: 262_144,
    recordBytes: 65_528,
    seal: null,
    rules: createFrameRules({ remote: [] }),
    hello: () => mailbox.hello(),
    clock,
    counters: createNodeCounters(),
    peerCounters: createPeerCounters,
    events: {
      open: () => open(channel),
      silent: ignore,
      used: ignore,
      heard: ignore,
      bye: ignore,
      measured: ignore,
      down: (_, error) => down(error),
    },
  });
  return channel;
}
