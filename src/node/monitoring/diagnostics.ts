import { channel } from 'node:diagnostics_channel';
import { type DiagnosticsMessages, diagnosticsChannels } from '../../api/diagnostics.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsTap } from '../../streams/node-streams.ts';
import type { TraceSink } from './trace.ts';

/** Publishes what one node does on the channels of the process. */
export interface Diagnostics {
  readonly tap: NodeStreamsTap;
  readonly steps: TraceSink;
  /** True if errors have a subscriber. */
  readonly errorsObserved: boolean;
  /** To be called whenever the state may have changed. */
  state(now: LanpeerNode['state']): void;
}

const channels = {
  node: channel(diagnosticsChannels.node),
  connection: channel(diagnosticsChannels.connection),
  session: channel(diagnosticsChannels.session),
  device: channel(diagnosticsChannels.device),
  signalling: channel(diagnosticsChannels.signalling),
  error: channel(diagnosticsChannels.error),
};

export interface DiagnosticsDeps {
  readonly name: string;
  readonly ownId: () => DeviceId | null;
  readonly clock: Pick<Clock, 'now'>;
}

type Said<Kind extends keyof typeof channels> = Omit<
  DiagnosticsMessages[(typeof diagnosticsChannels)[Kind]],
  'node' | 'name'
>;

export function createDiagnostics({ name, ownId, clock }: DiagnosticsDeps): Diagnostics {
  let previous: LanpeerNode['state'] = 'stopped';

  function publish<Kind extends keyof typeof channels>(kind: Kind, said: Said<Kind>): void {
    if (channels[kind].hasSubscribers) channels[kind].publish({ ...said, node: ownId(), name });
  }

  return {
    tap: {
      connection: (change) => publish('connection', change),
      session: (change) => publish('session', change),
      device: (event) => publish('device', event),
      error(error) {
        if (channels.error.hasSubscribers) publish('error', { error });
      },
    },
    steps: {
      get wanted() {
        return channels.signalling.hasSubscribers;
      },
      take: (step) => publish('signalling', step),
    },
    get errorsObserved() {
      return channels.error.hasSubscribers;
    },
    state(state) {
      if (state === previous) return;
      if (channels.node.hasSubscribers) publish('node', { state, previous, at: clock.now() });
      previous = state;
    },
  };
}
