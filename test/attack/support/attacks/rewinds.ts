import { setTimeout as pause } from 'node:timers/promises';
import { callLanes } from '../../../../src/protocol/message-bodies/lanes.ts';
import { encodeRequest } from '../../../support/encoded-messages.ts';
import { filled } from '../frames.ts';
import { HostileCarrier } from '../hostile-carrier.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';
import { type Flood, flood } from './records.ts';

const [lane = 1] = callLanes;

export interface Rewinds extends Flood {
  /** Length of the answer that is sent again and again. */
  readonly bytes: number;
}

/**
 * Requests a large answer, and says without end that nothing of it has come: the victim sends it again each time. Resolves
 * with how the link ended, and how often all of it came.
 */
export async function floodRewinds(target: Target, { via, ms, bytes }: Rewinds): Promise<readonly string[]> {
  const member = await makeMember(target);
  const link = await member.connect(via);
  let came = 0;
  const begun = Promise.withResolvers<string>();
  link.listen((frame) => {
    if (frame.kind === 'attach') void link.write({ kind: 'attached', carrier: frame.carrier });
    if (frame.kind !== 'bodyBegin' && frame.kind !== 'bodyMore') return;
    came += frame.bytes.byteLength;
    begun.resolve('begun');
  });
  const carrier = await HostileCarrier.open(link);
  const data = new Uint8Array(bytes);
  await carrier.sendMessage('request', 0, encodeRequest({ no: 1, type: 'echo', data, timestamp: 0 }));
  const how = await Promise.race([begun.promise, link.ended, pause(3_000, 'no answer')]);
  if (how !== 'begun') return [how];
  const limit = Number.MAX_SAFE_INTEGER;
  const record = filled(link.recordBytes, () => ({ kind: 'bodyCredit', lane, received: 0, limit, rewind: true }));
  for (const until = performance.now() + ms; link.over === undefined && performance.now() < until; await pause(0))
    await link.send(record);
  const over = link.over ?? 'open';
  await member.close();
  return [over, came > 2 * bytes ? 'again and again' : 'once'];
}

/** Credit for lanes over which the victim sends nothing, each with the wish to have it again. */
export const floodIdleCredit = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(
    target,
    options,
    (link) =>
      filled(link.recordBytes, (no) => ({ kind: 'bodyCredit', lane: no % 17, received: 0, limit: no, rewind: true })),
    async (link, own) => void (await HostileCarrier.attach(link, own)),
  );
