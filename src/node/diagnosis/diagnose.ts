import type { DiagnoseOptions, Diagnosis } from '../../api/diagnosis.ts';
import type { Facts, NodeFacts } from '../../diagnosis/facts.ts';
import { judge } from '../../diagnosis/judge.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { sleep } from '../../util/abort.ts';
import { manifest } from '../../util/manifest.ts';
import type { DiagnoseDeps } from './deps.ts';
import { type DiagnoseCall, parseDiagnoseOptions } from './diagnose-options.ts';
import { heardDevices } from './heard-devices.ts';
import { measureLateness } from './lateness.ts';
import { lookAtPeer } from './peer.ts';

/** Looks, listens, and judges what it saw. Rejects with `ERR_OPTION`, `ERR_NOT_RUNNING`, `ERR_ABORTED`. */
export async function diagnose(deps: DiagnoseDeps, given?: DiagnoseOptions): Promise<Diagnosis> {
  const call = parseDiagnoseOptions(given);
  const { signal } = call;
  if (signal.aborted) throw abortedBy(signal);
  const { identity } = deps.run();
  const facts = await gather(deps, call).catch((thrown: unknown) => {
    throw signal.aborted ? abortedBy(signal) : thrown;
  });
  // It may have stopped, and another run have begun.
  if (deps.run().identity !== identity) throw new LanpeerError('ERR_NOT_RUNNING');
  return judge(facts);
}

async function gather(deps: DiagnoseDeps, call: DiagnoseCall): Promise<Facts> {
  const { clock, machine, time, discovery } = deps;
  const { peer, timeout, signal } = call;
  const lateness = measureLateness(clock);
  try {
    discovery()?.query();
    discovery()?.survey?.();
    const waitMs = listeningMs(deps, timeout);
    const ended = new AbortController();
    const looks = AbortSignal.any([signal, ended.signal]);
    const limit = clock.setTimeout(() => ended.abort(), timeout);
    const [about] = await Promise.all([
      peer ? lookAtPeer(deps, peer, looks) : null,
      sleep(clock, waitMs, signal),
    ]).finally(() => clock.clearTimeout(limit));
    const seen = (await machine?.read(triesPort(deps))) ?? null;
    const devices = await heardDevices(deps, call);
    time.look();
    return {
      at: clock.now(),
      machine: seen,
      node: { ...nodeFacts(deps), devices, lateness: lateness() },
      peer: about,
    };
  } finally {
    lateness();
  }
}

/** Whether port 5353 may have to be tried: this node has no socket on it, or could not get one. */
function triesPort({ discovery }: DiagnoseDeps): boolean {
  const interfaces = Object.values(discovery()?.stats().interfaces ?? {});
  return interfaces.length === 0 || interfaces.some(({ faultKind }) => faultKind === 'port-taken');
}

/** Until the node has listened for long enough, at least for the answers to one query, and no longer than it may. */
function listeningMs({ clock, time, discovery }: DiagnoseDeps, timeout: number): number {
  const { listenMs, answerMs } = limits.diagnosis;
  if (!discovery()) return 0;
  const missing = listenMs - (clock.monotonic() - time.since);
  return Math.min(timeout, Math.max(missing, answerMs));
}

function nodeFacts(deps: DiagnoseDeps): Omit<NodeFacts, 'devices' | 'lateness'> {
  const { clock, choice, interfaces, transports, listener, source, copies, time, run, discovery } = deps;
  const { identity, port } = run();
  return {
    version: manifest.version,
    id: listener ? listener.deviceId : identity.id,
    port,
    onlyLooks: listener !== undefined,
    chosen: interfaces ?? null,
    missing: choice()?.missing ?? [],
    discovery: discovery()?.stats() ?? null,
    listenedMs: discovery() ? Math.round(clock.monotonic() - time.since) : 0,
    peers: [...source.peers.values()].map(({ id, name, address, via, since: connected }) => ({
      id,
      name,
      address,
      via,
      takesWebrtc: deps.takesWebrtc(id),
      forMs: clock.now() - connected,
    })),
    takesWebrtc: transports.includes('webrtc'),
    knowsAccess: listener?.knowsAccess ?? true,
    copies: copies.seen(),
    clockJumps: time.jumps(),
  };
}
