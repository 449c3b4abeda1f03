import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { deviceIdOf } from '../../../../src/protocol/device-id.ts';
import { networkTag, parseNetworkKey } from '../../../../src/protocol/network-key.ts';
import { announcementOf, openForger } from '../../../support/forged-mdns.ts';
import type { Target } from '../target.ts';

const packetBytes = 9_000;

/** A packet of the largest size whose names are pointers to pointers to pointers (RFC 1035 section 4.1.4). */
function chainsOf(length: number): Buffer {
  const bytes = Buffer.alloc(packetBytes);
  bytes.writeUInt16BE(0x8400, 2);
  // One record of an unknown type holds the chain: a name of as many labels as there can be, each of a character
  // that has to be escaped, and pointers each to the one before.
  const labels = Buffer.from(Array.from({ length: 120 }, () => [1, 0x2e]).flat());
  let at = 12;
  at += bytes.write('\x01x\x00', at, 'latin1');
  bytes.writeUInt16BE(99, at);
  bytes.writeUInt16BE(1, at + 2);
  const dataAt = at + 10;
  labels.copy(bytes, dataAt);
  at = dataAt + labels.length + 1;
  let before = dataAt;
  for (let no = 0; no < length; no += 1, at += 2) {
    bytes.writeUInt16BE(0xc000 | before, at);
    before = at;
  }
  bytes.writeUInt16BE(at - dataAt, dataAt - 2);
  let records = 1;
  // Each record after it is named by the end of the chain, and has no data.
  for (; at + 12 <= packetBytes; at += 12, records += 1) {
    bytes.writeUInt16BE(0xc000 | before, at);
    bytes.writeUInt16BE(12, at + 2);
    bytes.writeUInt16BE(1, at + 4);
  }
  bytes.writeUInt16BE(records, 6);
  return bytes.subarray(0, at);
}

export interface Chains {
  readonly sources: number;
  readonly perSecond: number;
  readonly ms: number;
}

/** Below the rate of a source, from many of them. Resolves with how many packets it sent. */
export async function sendChains(_: Target, { sources, perSecond, ms }: Chains): Promise<readonly string[]> {
  const packets = [chainsOf(1), chainsOf(10), chainsOf(100)];
  const forgers = await Promise.all(Array.from({ length: sources }, (_, at) => openForger(`127.0.0.${100 + at}`)));
  const until = performance.now() + ms;
  let sent = 0;
  while (performance.now() < until) {
    for (const forger of forgers) await forger.send(packets[sent++ % packets.length] ?? Buffer.alloc(0));
    await pause(1_000 / perSecond);
  }
  for (const forger of forgers) forger.close();
  return [String(sent)];
}

/** Devices that do not exist, before any other device is heard. */
export async function forgeDevices(
  target: Target,
  { sources, ms }: { readonly sources: number; readonly ms: number },
): Promise<readonly string[]> {
  const tag = networkTag(parseNetworkKey(target.networkKey));
  const forgers = await Promise.all(Array.from({ length: sources }, (_, at) => openForger(`127.0.0.${60 + at}`)));
  const until = performance.now() + ms;
  let sent = 0;
  while (performance.now() < until) {
    for (const forger of forgers) {
      await forger.send(announcementOf({ id: deviceIdOf(randomBytes(32)), port: 40_000, networkTag: tag }));
      sent += 1;
    }
    if (sent === sources * 40) process.stdout.write('{"event":"forged"}\n');
    await pause(30);
  }
  for (const forger of forgers) forger.close();
  return [String(sent)];
}
