import { setTimeout as pause } from 'node:timers/promises';
import type { Via } from '../../../../src/protocol/via.ts';
import { encodeRequest } from '../../../support/encoded-messages.ts';
import { filled } from '../frames.ts';
import { type HostileLink, randomId } from '../hostile-link.ts';
import { type Member, makeMember } from '../member.ts';
import type { Target } from '../target.ts';

export interface Flood {
  readonly via: Via;
  readonly ms: number;
}

/** Sends records for so long; whenever the link ends, over the next one, which `begin` begins. Resolves with why links ended. */
export async function flood(
  target: Target,
  { via, ms }: Flood,
  each: (link: HostileLink) => Uint8Array,
  begin: (link: HostileLink, stream: string) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const member: Member = await makeMember(target);
  const ends: string[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const link = await member.connect(via).catch((thrown: unknown) => void ends.push(String(thrown)));
    if (!link) {
      await pause(250);
      continue;
    }
    const stream = randomId();
    await link.write({ kind: 'begin', stream, next: 1 });
    await begin(link, stream);
    while (link.over === undefined && performance.now() < until) {
      await link.send(each(link));
      await pause(0);
    }
    if (link.over !== undefined) ends.push(link.over);
  }
  await member.close();
  return ends;
}

/** Requests without a responder; their answers are never acknowledged. */
export const floodRequests = (target: Target, options: Flood): Promise<readonly string[]> => {
  let no = 0;
  return flood(target, options, (link) =>
    filled(link.recordBytes, () => {
      no += 1;
      return { kind: 'whole', of: 'request', payload: encodeRequest({ no, type: 'nobody', data: null, timestamp: 0 }) };
    }),
  );
};

/** Answers to nothing. */
export const floodAnswers = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, (link) =>
    filled(link.recordBytes, (no) => ({ kind: 'whole', of: 'response', payload: Uint8Array.of(0x82, no % 24, 0) })),
  );

/** Nothing but pings, as many as fit into a record. */
export async function floodPings(target: Target, { via, records }: { readonly via: Via; readonly records: number }) {
  const member = await makeMember(target);
  const link = await member.connect(via);
  const record = filled(link.recordBytes, (no) => ({ kind: 'ping', no: no % 128 }));
  for (let no = 0; no < records && link.over === undefined; no += 1) await link.send(record);
  const over = await Promise.race([link.ended, pause(2_000, 'open')]);
  await member.close();
  return [over];
}

/** Each frame begins a new stream, of which nothing comes. */
export const floodBegins = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, (link) => filled(link.recordBytes, () => ({ kind: 'begin', stream: randomId(), next: 1 })));

/** Reads nothing that the victim says, and asks for as much as it can. */
export async function neverRead(target: Target, { via, ms }: Flood): Promise<readonly string[]> {
  const member = await makeMember(target);
  const link = await member.connect(via);
  await link.write({ kind: 'begin', stream: randomId(), next: 1 });
  const data = 'x'.repeat(8_000);
  const until = performance.now() + ms;
  let no = 0;
  while (link.over === undefined && performance.now() < until) {
    const record = filled(link.recordBytes, () => {
      no += 1;
      return { kind: 'whole', of: 'request', payload: encodeRequest({ no, type: 'echo', data, timestamp: 0 }) };
    });
    await Promise.race([link.send(record), pause(100)]);
  }
  const over = link.over ?? 'open';
  await member.close();
  return [over];
}
