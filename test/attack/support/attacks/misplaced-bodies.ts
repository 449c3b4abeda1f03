import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../../../src/limits.ts';
import type { Frame } from '../../../../src/protocol/frame-types.ts';
import { recordOf } from '../frames.ts';
import { HostileCarrier } from '../hostile-carrier.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';

const bytes = Uint8Array.of(1);
const begin = { kind: 'bodyBegin', lane: 1, offset: 0, of: 'request', total: 100_000, bytes } as const;
const more = { kind: 'bodyMore', lane: 1, offset: 1, bytes } as const;
const credit = { kind: 'bodyCredit', lane: 1, received: 0, limit: 1, rewind: false } as const;

/** What no session sends over its lanes; each of them ends what carries it. */
export const misplaced = {
  'a lane that there is not': [{ ...begin, lane: 17 }],
  'a lane with the largest number': [{ ...begin, lane: Number.MAX_SAFE_INTEGER }],
  'a session message in a lane of calls': [{ ...begin, of: 'message' }],
  'a request in the lane of session messages': [{ ...begin, lane: 0 }],
  'a request in a lane of volatile messages': [{ ...begin, lane: 9 }],
  'a volatile message in a lane of calls': [{ ...begin, of: 'volatile' }],
  'a message of no length': [{ ...begin, total: 0, bytes: new Uint8Array() }],
  'a message that is too long': [{ ...begin, total: Number.MAX_SAFE_INTEGER }],
  'a part without its beginning': [{ ...more, offset: 0 }],
  'a part behind a gap': [begin, { ...more, offset: 2 }],
  'a beginning behind a gap': [{ ...begin, offset: 1 }],
  'a part beyond the end': [
    { ...begin, total: 20_000, bytes: new Uint8Array(8_000) },
    { ...more, offset: 8_000, bytes: new Uint8Array(12_001) },
  ],
  'a beginning in the middle of another': [begin, { ...begin, offset: 1 }],
  'more calls than there may be': [1, 2, 3].map((lane) => ({ ...begin, lane, total: limits.messages.bytes })),
  'credit for a lane that there is not': [{ ...credit, lane: 17 }],
  'credit for what was never sent': [{ ...credit, received: 1 }],
  'credit that ends before what has come': [{ ...credit, received: 1, limit: 0 }],
} as const satisfies Readonly<Record<string, readonly Frame[]>>;

/** Each of these on a link of its own. Resolves with how each of the links ended. */
export async function sendMisplaced(target: Target): Promise<readonly string[]> {
  const ends: string[] = [];
  for (const [name, frames] of Object.entries(misplaced)) {
    const member = await makeMember(target);
    const { link } = await HostileCarrier.open(await member.connect());
    for (const frame of frames) await link.send(recordOf(frame));
    const over = await Promise.race([link.ended, pause(3_000)]);
    if (over === undefined) ends.push(`open after ${name}`);
    else ends.push('ended');
    await member.close();
  }
  return ends;
}
