import type { LanpeerErrorCode } from '../../errors.ts';
import { describeChange, type Hosts, type Run } from './hosts.ts';
import type { Invariants } from './invariants.ts';
import type { MessageChecker } from './message-checker.ts';
import { groupType, type PresenceChecker } from './presence-checker.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type StreamChecker, streamType } from './stream-checker.ts';
import type { Trace } from './trace.ts';
import { isUninterrupted } from './uninterrupted.ts';

/** Errors that a node may report: a fault of the simulation explains them. */
const expectedErrors: readonly LanpeerErrorCode[] = ['ERR_STATE_DIR', 'ERR_IDENTITY_MISMATCH', 'ERR_SELF', 'ERR_BUSY'];

export interface ObserveNodeDeps {
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly messages: MessageChecker;
  readonly streams: StreamChecker;
  readonly presence: PresenceChecker;
  readonly invariants: Invariants;
  readonly hosts: Pick<Hosts, 'find'>;
}

/** Subscribes to all that a node reports, and answers its peers. */
export function observeNode(
  run: Run,
  { random, trace, messages, streams, presence, invariants, hosts }: ObserveNodeDeps,
): void {
  const { node, name } = run;
  const sendsOnConnect = random.bool(0.5);
  node.handle('n', ({ senderId, data }) => messages.handled(run, senderId, data));
  node.respond('q', () => null);
  node.handle(groupType, ({ group, data }) => presence.handled(run, group, data));
  node.acceptStream(streamType, (stream) => streams.accepted(run, stream));
  node.connections$.subscribe((change) => {
    const other = hosts.find(change.id);
    if (run.endedAt === undefined) invariants.checkTransition(run, change);
    trace.log(`${name} to ${describeChange(change, other)}`);
    if (sendsOnConnect && other && change.state === 'connected') messages.sendOnConnect(run, other);
  });
  node.sessions$.subscribe(({ id, change }) => {
    const other = hosts.find(id);
    trace.log(`${name}: session with ${other?.at} ${change}`);
    const broken = change === 'ended' || change === 'gap';
    if (broken && run.endedAt === undefined && other && isUninterrupted(run, other, run.startedAt))
      trace.violation(`the session of ${name} with host ${other.at} broke (${change}), though both lived`);
  });
  node.errors$.subscribe(({ code, message }) => {
    if (!expectedErrors.includes(code)) trace.violation(`${name} reports ${code}: ${message}`);
  });
}
