import type { SessionEnd } from '../../src/adapters/signalling/port.ts';
import { createSignallingSession } from '../../src/adapters/signalling/session/signalling-session.ts';
import type { LanpeerErrorCode } from '../../src/errors.ts';
import { formatSignal, type SignalMessage } from '../../src/protocol/signal.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { createFakeWire } from './fake-wire.ts';

const nameOf = (message: SignalMessage): string => ('epoch' in message ? `${message.epoch}` : message.type);
const nameOfEnd = (end: SessionEnd): string =>
  end.kind === 'bye' ? `ended by ${end.by}: ${end.reason}` : `ended: ${end.error.code}`;

/** A signalling session over a fake wire, and all that it reports, in order: messages, its end, errors, and calls of its owner. */
export function createSessionRig(opener: 'local' | 'remote' = 'local') {
  const clock = createVirtualClock();
  const wire = createFakeWire();
  const happened: string[] = [];
  const session = createSignallingSession({
    info: {
      key: 'local-1',
      remoteId: 'a'.repeat(52),
      opener,
      remoteAddress: '192.0.2.1',
      greeting: {
        incarnation: { counter: 1, random: '0123456789abcdef' },
        name: 'x',
        port: 1,
        held: 0,
        features: [],
        transports: [],
      },
      ownGeneration: 0,
      secret: new Uint8Array(32),
    },
    wire,
    clock,
    onError: ({ code }: { readonly code: LanpeerErrorCode }) => void happened.push(`error ${code}`),
    onEnded: () => void happened.push('over'),
    onClosed: () => void happened.push('wire closed'),
  });
  function attach(react: (event: string) => void = () => undefined): void {
    const note = (event: string): void => {
      happened.push(event);
      react(event);
    };
    session.attach({ message: (message) => note(nameOf(message)), ended: (end) => note(nameOfEnd(end)) });
  }
  const receive = (epoch: number): void => wire.listener.text(formatSignal({ type: 'lost', epoch }));
  const receiveBye = (): void => wire.listener.text(formatSignal({ type: 'bye', reason: 'failed' }));
  return { clock, wire, session, happened, attach, receive, receiveBye };
}
