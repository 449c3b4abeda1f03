import { createMemoryDatagramNetwork, type MemoryDatagramsOptions } from '../../src/adapters/datagrams/memory.ts';
import type { Reached, ReachTarget, SignallingSession } from '../../src/adapters/signalling/port.ts';
import { createProbes, type Probes } from '../../src/node/probes/probes.ts';
import { type ProbedMessage, type ProbeMessage, probesFeature } from '../../src/protocol/probe.ts';
import { formatSignal, parseSignal, type SignalMessage } from '../../src/protocol/signal.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export interface ProbePairOptions extends MemoryDatagramsOptions {
  /** What the asked side announces. */
  readonly features?: readonly string[];
  /** The port in the greeting of the asking side. */
  readonly port?: number;
  /** What becomes of a dial of the asked side; default: it reaches the other one. */
  readonly reach?: (target: ReachTarget) => Promise<Reached>;
}

export const addresses = { asking: '192.0.2.1', asked: '192.0.2.2' } as const;
export const ids = { asking: 'a'.repeat(52), asked: 'b'.repeat(52) } as const;
type Side = keyof typeof ids;

const isProbe = (message: SignalMessage): message is ProbeMessage | ProbedMessage =>
  message.type === 'probe' || message.type === 'probed';

/** Two nodes with a session, of which the first asks; their datagrams pass in memory, on a virtual clock. */
export function createProbePair(options: ProbePairOptions = {}) {
  const { features = [probesFeature], port = 4_711, reach, ...network } = options;
  const clock = createVirtualClock();
  const datagrams = createMemoryDatagramNetwork(network);
  const targets: ReachTarget[] = [];
  /** What each side said. */
  const said: Record<Side, SignalMessage[]> = { asking: [], asked: [] };
  const probes = {} as Record<Side, Probes>;
  const sessions = {} as Record<Side, SignallingSession>;
  const other = (side: Side): Side => (side === 'asking' ? 'asked' : 'asking');

  for (const side of ['asking', 'asked'] as const) {
    probes[side] = createProbes(clock, datagrams.host(addresses[side]), () => ({
      reach: async (target) => {
        targets.push(target);
        return reach?.(target) ?? { tcp: 'open', tls: 'expected', id: target.id ?? null, ms: 3, errno: null };
      },
    }));
    sessions[side] = {
      key: side,
      remoteId: ids[other(side)],
      remoteAddress: addresses[other(side)],
      greeting: { port, features },
      send(message: SignalMessage) {
        said[side].push(message);
        const received = parseSignal(formatSignal(message));
        if (isProbe(received)) queueMicrotask(() => probes[other(side)].received(sessions[other(side)], received));
      },
    } as unknown as SignallingSession;
  }

  const { questions } = probes.asking;
  if (!questions) throw new Error('the asking side has no probes');
  return { clock, datagrams, targets, said, probes, sessions, questions, signal: new AbortController().signal };
}
