import { randomBytes } from 'node:crypto';
import { createMemorySignallingNetwork } from '../../src/adapters/signalling/memory/memory-signalling.ts';
import type { Refusal, SessionEnd, Signalling, SignallingSession } from '../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import type { AccessPolicy } from '../../src/protocol/access.ts';
import { deviceIdOf } from '../../src/protocol/device-id.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

/** How long each message takes. */
export const delayMs = 10;
/** Hello, welcome, ready, and what they need to be heard. */
export const handshakeMs = 10 * delayMs;

interface Host {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly signalling: Signalling;
  readonly sessions: SignallingSession[];
  readonly refusals: Refusal[];
}

interface End {
  readonly session: SignallingSession;
  /** Epochs that came, and the end. */
  readonly heard: string[];
}

/** What a dial came to, by now. */
interface Dial {
  outcome: SignallingSession | string | undefined;
}

export function dial(
  from: Host,
  { address, port }: Pick<Host, 'address' | 'port'>,
  signal = new AbortController().signal,
) {
  const made: Dial = { outcome: undefined };
  from.signalling.dial({ address, port, timeoutMs: limits.dial.timeoutMs, signal }).then(
    (session) => {
      made.outcome = session;
    },
    (thrown) => {
      made.outcome = thrown instanceof LanpeerError ? thrown.code : 'no LanpeerError';
    },
  );
  return made;
}

const nameOfEnd = (end: SessionEnd): string => (end.kind === 'bye' ? `${end.by} ${end.reason}` : end.error.code);

function record(session: SignallingSession | undefined): End {
  if (!session) throw new Error('no session came');
  const heard: string[] = [];
  session.attach({
    message: (message) => void heard.push('epoch' in message ? `${message.epoch}` : message.type),
    ended: (end) => void heard.push(nameOfEnd(end)),
  });
  return { session, heard };
}

/** Says so many, from the first on. */
export function say({ session }: End, ...epochs: readonly number[]): void {
  for (const epoch of epochs) session.send({ type: 'lost', epoch });
}

/** Hosts on one network in virtual time. */
export function createMemoryHosts() {
  const clock = createVirtualClock();
  const network = createMemorySignallingNetwork({ clock, delayMs });
  let count = 0;
  async function host(access: AccessPolicy = {}): Promise<Host> {
    count += 1;
    const id = deviceIdOf(randomBytes(32));
    const address = `192.0.2.${count}`;
    const greet = () => ({
      incarnation: { counter: 1, random: '0123456789abcdef' },
      name: 'x',
      held: 0,
      features: [],
      transports: [],
    });
    const signalling = network.signalling({ id, address, access, greet });
    const sessions: SignallingSession[] = [];
    const refusals: Refusal[] = [];
    const { port } = await signalling.listen({
      session: (session) => void sessions.push(session),
      refused: (refusal) => void refusals.push(refusal),
      error(error) {
        throw error;
      },
    });
    return { id, address, port, signalling, sessions, refusals };
  }
  async function join(from: Host, to: Host): Promise<readonly [near: End, far: End]> {
    const made = dial(from, to);
    await clock.advanceAsync(handshakeMs);
    if (typeof made.outcome !== 'object') throw new Error(`the dial came to ${made.outcome}`);
    return [record(made.outcome), record(to.sessions.at(-1))];
  }
  return { clock, network, host, join };
}
