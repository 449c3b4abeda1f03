import type { LanpeerNode } from '../../api/node.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { DiagnoseDeps } from '../diagnosis/deps.ts';
import { runOf } from '../lifecycle/lifecycle.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import type { Runtime } from './runtime.ts';

/** What a diagnosis of this node looks at. */
function diagnoseDepsOf(
  { access, admission, connections, dialing, links, monitoring, probes, runs, sessions }: Runtime,
  { clock, interfaces, transports, listener, port }: GuardedConfig,
  { machine, choice }: NodeAdapters,
): DiagnoseDeps {
  return {
    clock,
    machine,
    choice: () => choice?.(),
    interfaces,
    transports,
    listener,
    admission,
    source: monitoring.source,
    dials: dialing.log,
    takesWebrtc: (id) => sessions.of(id).some(({ greeting }) => greeting.transports.includes('webrtc')),
    copies: runs.copies,
    time: monitoring.time,
    run: () => runOf(runs.lifecycle),
    discovery: () => runs.lifecycle.discovery,
    peer: {
      isPortFixed: port !== 0,
      endpoints: (id) => dialing.book.endpoints(id),
      watchAnnouncements: (id, listener) => dialing.book.watch(id, listener),
      dial: dialing.dial,
      opened: access.add,
      sessions: (id) => sessions.of(id),
      questions: probes.questions,
      links: (id) => links.of(id),
      failure: (id) => links.failures.of(id),
      watch: (listener) => connections.watch(listener),
    },
  };
}

/** `diagnose` of a node; loaded when it is asked for. */
export function diagnoseOf(...parts: Parameters<typeof diagnoseDepsOf>): LanpeerNode['diagnose'] {
  const deps = diagnoseDepsOf(...parts);
  return async (given) => (await import('../diagnosis/diagnose.ts')).diagnose(deps, given);
}
