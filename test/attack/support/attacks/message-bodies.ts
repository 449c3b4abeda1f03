import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../../../src/limits.ts';
import type { Frame } from '../../../../src/protocol/frame-types.ts';
import { callLanes, messageLane, volatileLanes } from '../../../../src/protocol/message-bodies/lanes.ts';
import { encodeMessage } from '../../../support/encoded-messages.ts';
import { filled, filledInTurn } from '../frames.ts';
import { HostileCarrier } from '../hostile-carrier.ts';
import type { HostileLink } from '../hostile-link.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';
import { type Flood, flood as floodRecords } from './records.ts';

type Each = (link: HostileLink) => Uint8Array;

/** Begins a carrier on each link, and sends records for so long. Resolves with why links ended. */
function flood(target: Target, options: Flood, make: () => Each): Promise<readonly string[]> {
  let next: Each = () => new Uint8Array();
  return floodRecords(
    target,
    options,
    (link) => next(link),
    async (link, own) => {
      next = make();
      await HostileCarrier.attach(link, own);
    },
  );
}

export interface References extends Flood {
  /** Of each message behind them. */
  readonly bytes: number;
}

/** A reference whose message never comes, and behind it as many messages as it can send. */
export const referWithoutBodies = (target: Target, { bytes, ...options }: References): Promise<readonly string[]> => {
  const payload = new Uint8Array(bytes);
  return flood(target, options, () => {
    let no = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, no, (at) =>
        at === 0 ? { kind: 'reference' } : { kind: 'whole', of: 'message', payload },
      );
      no = next;
      return record;
    };
  });
};

/** References alone. */
export const floodReferences = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, () => (link) => filled(link.recordBytes, () => ({ kind: 'reference' })));

export interface EarlyBodies extends Flood {
  /** Length of each. */
  readonly bytes: number;
}

/** Session messages one after the other, without the references that give them their place. */
export const sendBodiesAlone = (target: Target, { bytes, ...options }: EarlyBodies): Promise<readonly string[]> => {
  const content = new Uint8Array(bytes);
  return flood(target, options, () => {
    let no = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, no, (at) => ({
        kind: 'bodyBegin',
        lane: messageLane,
        offset: at * bytes,
        of: 'message',
        total: bytes,
        bytes: content,
      }));
      no = next;
      return record;
    };
  });
};

/** A request whose every byte is in a frame of its own. */
export const sendBodyByteByByte = (target: Target, options: Flood): Promise<readonly string[]> => {
  const total = limits.messages.volatileBytes;
  const bytes = Uint8Array.of(0);
  const [lane = 1] = callLanes;
  return flood(target, options, () => {
    let offset = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, offset, (at): Frame => {
        const place = { lane, offset: at, bytes };
        return at === 0 ? { kind: 'bodyBegin', of: 'request', total, ...place } : { kind: 'bodyMore', ...place };
      });
      offset = next;
      return record;
    };
  });
};

export interface Jumps extends Flood {
  /** Of each message that is sent before the next one begins in its place. */
  readonly bytes: number;
}

/** Volatile messages that begin in all their lanes behind a gap, each time before the one in front of it has ended. */
export const jumpVolatiles = (target: Target, { bytes, ...options }: Jumps): Promise<readonly string[]> => {
  const part = new Uint8Array(bytes);
  const total = limits.messages.volatileBytes / volatileLanes.length;
  return flood(target, options, () => {
    let no = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, no, (at) => ({
        kind: 'bodyBegin',
        lane: volatileLanes[at % volatileLanes.length] ?? 0,
        offset: Math.floor(at / volatileLanes.length) * 2 * total,
        of: 'volatile',
        total,
        bytes: part,
      }));
      no = next;
      return record;
    };
  });
};

export interface Lanes {
  readonly identities: number;
  /** Links of each. */
  readonly links: number;
  /** Of each message that are sent. */
  readonly bytes: number;
}

/** Each identity begins a message in every lane, with all that it may announce, and is gone; then again. */
export async function beginInAllLanes(target: Target, { identities, links, bytes }: Lanes): Promise<readonly string[]> {
  const part = new Uint8Array(bytes);
  const ends: string[] = [];
  const { aheadBytes, volatileBytes, bytes: most } = limits.messages;
  async function attack(): Promise<void> {
    const member = await makeMember(target);
    for (let no = 0; no < links; no += 1) {
      const link = await member.connect().catch(() => undefined);
      if (!link) {
        ends.push('no link');
        continue;
      }
      const carrier = await HostileCarrier.open(link);
      await carrier.sendMessage('message', 0, part, most);
      const ofCalls = (most + aheadBytes) / callLanes.length;
      for (const lane of callLanes) await carrier.sendBody('request', lane, part, ofCalls);
      for (const lane of volatileLanes)
        await carrier.sendBody('volatile', lane, part, volatileBytes / volatileLanes.length);
      // What is behind all of that tells whether it was taken.
      const answered = new Promise<string>((resolve) =>
        carrier.link.listen(({ kind }) => kind === 'pong' && resolve('open')),
      );
      await carrier.link.write({ kind: 'ping', no: 1 });
      ends.push(await Promise.race([answered, carrier.link.ended]));
      carrier.link.leave();
      carrier.link.session.close('duplicate');
    }
  }
  await Promise.all(Array.from({ length: identities }, attack));
  await pause(1_000);
  return ends;
}

export interface Waiting {
  readonly identities: number;
  /** From each of them, behind a reference whose message does not come. */
  readonly messages: number;
  readonly bytes: number;
  /** Length of a message that a member sends beside that, as it should. */
  readonly largeBytes: number;
}

/**
 * Each identity makes the victim keep messages that wait for one that does not come, and stays. Resolves with what became
 * of those, and at last with `handled` if the message of another member was.
 */
export async function waitBehindReferences(
  target: Target,
  { identities, messages, bytes, largeBytes }: Waiting,
): Promise<readonly string[]> {
  const payload = new Uint8Array(bytes);
  const ends: string[] = [];
  for (let no = 0; no < identities; no += 1) {
    const { link } = await HostileCarrier.open(await (await makeMember(target)).connect());
    await link.write({ kind: 'reference' });
    for (let sent = 0; sent < messages; sent += 1) await link.write({ kind: 'whole', of: 'message', payload });
    const answered = new Promise<string>((resolve) => link.listen(({ kind }) => kind === 'pong' && resolve('waits')));
    await link.write({ kind: 'ping', no: 1 });
    ends.push(await Promise.race([answered, link.ended]));
  }
  const carrier = await HostileCarrier.open(await (await makeMember(target)).connect());
  const { link } = carrier;
  const handled = new Promise<string>((resolve) =>
    link.listen((frame) => frame.kind === 'ack' && frame.handled === 1 && resolve('handled')),
  );
  const data = new Uint8Array(largeBytes);
  await carrier.sendMessage('message', 0, encodeMessage({ type: 'large', timestamp: 0, data }));
  return ends.concat(await Promise.race([handled, link.ended, pause(5_000, 'not handled')]));
}
