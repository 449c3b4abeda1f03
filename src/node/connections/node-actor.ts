import { createActor, type SnapshotFrom } from 'xstate';
import type { LanpeerNode } from '../../api/node.ts';
import { errorCodes, LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { defaultConnectionPolicy } from '../../machines/connection/policy/connection-policy.ts';
import type { NodeActorRef, nodeMachine } from '../../machines/node/machine.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { createReportLimit } from '../monitoring/refusals.ts';
import type { NodeConfig } from '../options/options.ts';
import { bindMachines, type MachineDeps } from './bind-machines.ts';
import type { DecisionInputLog } from './decision-inputs.ts';

export interface NodeActorDeps extends Omit<MachineDeps, 'clock' | 'time' | 'refused' | 'internalError'> {
  readonly config: Pick<NodeConfig, 'clock' | 'inspect' | 'maxPeers' | 'transports'>;
  readonly monitoring: Pick<Monitoring, 'errors' | 'refused' | 'time'>;
  readonly inputs: DecisionInputLog;
  /** The node machine refused a connection. */
  readonly refused: (id: DeviceId, code: LanpeerErrorCode) => void;
}

/** Starts the actor of the node machine, bound to what the node is made of. */
export function startNodeActor(deps: NodeActorDeps): NodeActorRef {
  const { config, monitoring, inputs, changed } = deps;
  const { clock, inspect, maxPeers, transports } = config;
  const { internal } = monitoring.errors;
  const actor = createActor(
    bindMachines({
      clock,
      noticeWatch: deps.noticeWatch,
      time: monitoring.time,
      connections: deps.connections,
      copies: deps.copies,
      delivery: deps.delivery,
      dialer: deps.dialer,
      lifecycle: deps.lifecycle,
      links: deps.links,
      sessions: deps.sessions,
      networkSignature: deps.networkSignature,
      tell: deps.tell,
      internalError: internal,
      // Listeners look at the state, which is not set yet while its actions run.
      changed: () => queueMicrotask(changed),
      refused: refuserOf(deps),
    }),
    {
      id: 'node',
      clock,
      ...(inspect && { inspect }),
      input: {
        maxPeers,
        remembered: limits.peers.remembered,
        policy: defaultConnectionPolicy,
        decisionInputsOf: inputs.of,
        transports,
        copyCheckMs: limits.copies.checkEveryMs,
      },
    },
  );
  actor.subscribe({ error: internal });
  actor.start();
  return actor;
}

/** Counts and tells that the node machine refused a connection, and the session of that key, if there is one. */
function refuserOf({ config, monitoring, sessions, refused }: NodeActorDeps): MachineDeps['refused'] {
  const isDue = createReportLimit(config.clock);
  return (id, code, key) => {
    refused(id, code);
    const session = key === undefined ? undefined : sessions.get(key);
    if (session) {
      monitoring.refused({ code, address: session.remoteAddress, id });
      return;
    }
    const why = code === 'ERR_PEER_LIMIT' ? `the limit of ${config.maxPeers} peers is reached.` : errorCodes[code];
    // Of any id: a peer has as many as it likes.
    if (isDue(code)) monitoring.errors.refused(new LanpeerError(code, `No connection to ${id}: ${why}`));
  };
}

/** The state of a node, as programs see it. */
export function stateOf(value: SnapshotFrom<typeof nodeMachine>['value']): LanpeerNode['state'] {
  if (typeof value === 'string') return value;
  return 'running' in value ? 'running' : 'stopping';
}
