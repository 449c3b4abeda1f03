import { expect, test } from 'vitest';
import type { Sctp, SctpChunk } from '../../../src/adapters/transport/werift/internals.ts';
import { bundleSacks } from '../../../src/adapters/transport/werift/patch-sctp-sacks.ts';
import { limits } from '../../../src/limits.ts';

const headerBytes = 12;
const sack: SctpChunk = { type: 3, bytes: Buffer.alloc(16, 3) };
const dataOf = (length: number): SctpChunk => ({ type: 0, bytes: Buffer.alloc(length, 7) });

/** An SCTP association that notes the chunks of its packets. */
function rig(sackNeeded: boolean) {
  const packets: Buffer[] = [];
  const sctp = {
    sackNeeded,
    sackImmediate: sackNeeded,
    sackPacketCount: 1,
    async sendChunk({ bytes }: Pick<SctpChunk, 'bytes'>): Promise<void> {
      packets.push(bytes);
    },
    async sendSack(): Promise<void> {
      await sctp.sendChunk(sack);
    },
  };
  bundleSacks(sctp as unknown as Sctp);
  return { sctp, packets };
}

test('data leaves with the acknowledgement that is due, in one packet, and none is due then', async () => {
  const { sctp, packets } = rig(true);
  const data = dataOf(100);
  await sctp.sendChunk(data);
  await sctp.sendChunk(data);
  expect(packets).toEqual([Buffer.concat([sack.bytes, data.bytes]), data.bytes]);
  expect([sctp.sackNeeded, sctp.sackImmediate, sctp.sackPacketCount]).toEqual([false, false, 0]);
});

test('no packet gets longer than the path takes: then the acknowledgement goes first, alone', async () => {
  const { sctp, packets } = rig(true);
  const longest = dataOf(limits.webrtc.mtu - headerBytes - sack.bytes.byteLength);
  await sctp.sendChunk(longest);
  sctp.sackNeeded = true;
  const longer = dataOf(longest.bytes.byteLength + 4);
  await sctp.sendChunk(longer);
  expect(packets).toEqual([Buffer.concat([sack.bytes, longest.bytes]), sack.bytes, longer.bytes]);
});

test('what is not data, and an acknowledgement without data, leaves as it is', async () => {
  const { sctp, packets } = rig(true);
  const shutdown: SctpChunk = { type: 7, bytes: Buffer.alloc(8) };
  await sctp.sendChunk(shutdown);
  await sctp.sendSack();
  expect(packets).toEqual([shutdown.bytes, sack.bytes]);
});
