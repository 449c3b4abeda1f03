import { setTimeout as pause } from 'node:timers/promises';
import type { SessionEnd } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import type { CarrierListener } from '../../../../src/protocol/carrier.ts';
import { HostileCarrier } from '../hostile-carrier.ts';
import { type HostileSession, type Member, makeMember } from '../member.ts';
import type { Target } from '../target.ts';

const sessionsPerPeer = 4;
/** What a session may say at once, and in a second. */
const [burst, perSecond] = [90, 45];

/** Text of the largest signal, which is a thousand objects once it is parsed. */
const manyObjects = Array.from({ length: 5_000 }, () => ({}));

async function openSessions(member: Member): Promise<readonly HostileSession[]> {
  return Promise.all(Array.from({ length: sessionsPerPeer }, () => member.dial()));
}

/** Says something as often as the rate of a session allows; resolves with how the sessions ended. */
async function say(
  sessions: readonly HostileSession[],
  ms: number,
  each: (one: HostileSession, no: number) => void,
): Promise<readonly string[]> {
  const ends: string[] = [];
  for (const { ended } of sessions)
    void ended.then((how) => void ends.push(how.kind === 'bye' ? `bye ${how.by} ${how.reason}` : how.error.code));
  const until = performance.now() + ms;
  let no = 0;
  for (let at = 0; at < burst; at += 1) {
    for (const one of sessions) each(one, at);
    // What has not left this process yet has a cap.
    if (at % 10 === 0) await pause(20);
  }
  for (no = burst; performance.now() < until; no += 1) {
    for (const one of sessions) each(one, no);
    await pause(1_000 / perSecond);
  }
  return ends;
}

export interface Signals {
  readonly identities: number;
  readonly ms: number;
  /** Links for which the signals are: of each so many come. */
  readonly ofEach: number;
}

/** Signals for links that do not exist. */
export async function signalUnknownLinks(
  target: Target,
  { identities, ms, ofEach }: Signals,
): Promise<readonly string[]> {
  const members = await Promise.all(Array.from({ length: identities }, () => makeMember(target)));
  const sessions = (await Promise.all(members.map(openSessions))).flat();
  const ends = await say(sessions, ms, ({ session }, no) =>
    session.send({ type: 'signal', epoch: 1_000 + Math.floor(no / ofEach), body: manyObjects }),
  );
  await Promise.all(members.map((member) => member.close()));
  return ends;
}

/** Records that nothing carries, of a link and of byte streams, as fast as they leave, over one session for each. */
export async function sendUncarried(target: Target): Promise<readonly string[]> {
  const member = await makeMember(target);
  const record = new Uint8Array(limits.tls.recordBytes);
  const listener: CarrierListener = { record: () => undefined, left: () => undefined, closed: () => undefined };
  const ends: string[] = [];
  for (const kind of ['link', 'streams']) {
    const { session, ended } = await member.dial();
    const carrier = kind === 'link' ? session.carry(1_000, listener) : session.carryStreams(listener);
    let how: SessionEnd | undefined;
    void ended.then((end) => {
      how = end;
    });
    for (const until = performance.now() + 3_000; !how && performance.now() < until; await pause(1))
      while (!how && carrier.bufferedAmount <= limits.tls.highWater) carrier.send(record);
    ends.push(how === undefined ? 'open' : how.kind === 'bye' ? `bye ${how.reason}` : how.error.code);
    session.close('duplicate');
    await ended;
  }
  await member.close();
  return ends;
}

/** What is no signalling message, over sessions of the same member one after another. */
export async function signalNonsense(target: Target): Promise<readonly string[]> {
  const member = await makeMember(target);
  const ends: string[] = [];
  const nonsense: readonly unknown[] = [
    { type: 'nonsense' },
    { type: 'offer', epoch: -1, via: 'tls', body: null },
    { type: 'signal', epoch: 'one', body: null },
    { type: 'lost' },
    [],
    null,
  ];
  for (const message of nonsense) {
    const { session, ended } = await member.dial();
    session.send(message as never);
    const how = await Promise.race([ended, pause(3_000)]);
    ends.push(how === undefined ? 'open' : how.kind === 'bye' ? `bye ${how.reason}` : how.error.code);
    session.close('duplicate');
    await ended;
  }
  await member.close();
  return ends;
}

/** Every place of the victim is taken by an identity that never comes back; or that stays. */
export async function takePlaces(target: Target, { count, stay }: { readonly count: number; readonly stay: boolean }) {
  const outcomes: string[] = [];
  const members: Member[] = [];
  for (let no = 0; no < count; no += 1) {
    const member = await makeMember(target);
    members.push(member);
    const link = await member
      .connect()
      .catch((thrown: unknown) => void outcomes.push(thrown instanceof LanpeerError ? thrown.code : String(thrown)));
    if (link) outcomes.push('open');
  }
  // No goodbye: the sockets end with the process.
  if (stay) {
    process.stdout.write('{"event":"holds"}\n');
    await pause(12_000);
  }
  return outcomes;
}

export interface Unfinished {
  readonly identities: number;
  readonly bytes: number;
  readonly total: number;
  readonly messages: number;
}

/** Each identity sends the most of some messages and not their ends, and is gone. */
export async function sendUnfinished(
  target: Target,
  { identities, bytes, total, messages }: Unfinished,
): Promise<readonly string[]> {
  const part = new Uint8Array(bytes);
  const ends: string[] = [];
  for (let no = 0; no < identities; no += 1) {
    const member = await makeMember(target);
    const carrier = await HostileCarrier.open(await member.connect());
    for (let at = 0; at < messages; at += 1) await carrier.sendMessage('request', at, part, total);
    ends.push(carrier.link.over ?? 'open');
  }
  await pause(1_000);
  return ends;
}
