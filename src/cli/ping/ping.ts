import type { LanpeerNode } from '../../api/node.ts';
import { systemClock } from '../../environment.ts';
import { asLanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { sleep } from '../../util/abort.ts';
import type { PingArguments } from '../args/ping.ts';
import { exitCodes } from '../exit-code.ts';
import { findPeer } from '../node/find-peer.ts';
import { fits } from '../node/match.ts';
import { type NodeCommand, runNodeCommand } from '../node/node-command.ts';
import type { Format } from '../output.ts';
import { warn } from '../warn.ts';
import { describePing, describeSummary, summarize } from './summary.ts';

const lineForPeople: Format = (event, piece) => {
  if ('line' in event) piece(`${event.line}\n`);
};

/** Any answer is one: a program need not have a responder. Undefined if none came. */
async function roundTrip(node: LanpeerNode, id: string, signal: AbortSignal): Promise<number | undefined> {
  const begun = systemClock.monotonic();
  try {
    await node.request(id, 'echo', null, { timeout: limits.cli.pingMs, signal });
  } catch (thrown) {
    const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (signal.aborted) throw thrown;
    if (code !== 'ERR_NO_RESPONDER' && code !== 'ERR_RESPONDER') return undefined;
  }
  return systemClock.monotonic() - begun;
}

async function pingAll(args: PingArguments, { node, output, signal }: NodeCommand): Promise<number> {
  const { target, waitMs, count, json } = args;
  const { id, name, address } = await findPeer(node, { target, waitMs, clock: systemClock, signal });
  warn(`${name} (${id}) at ${address}`);
  const times: number[] = [];
  let sent = 0;
  const conclude = (): void => {
    const summary = summarize(sent, times);
    output.write({ event: 'summary', id, name, ...summary, ...(!json && { line: describeSummary(summary) }) });
  };
  try {
    for (let no = 1; no <= count; no += 1) {
      if (no > 1) await sleep(systemClock, limits.cli.pingEveryMs, signal);
      const path = node.peers.get(id);
      const ms = await roundTrip(node, id, signal);
      sent += 1;
      if (ms !== undefined) times.push(ms);
      const via = path?.via ?? null;
      const at = path?.address ?? address;
      const line = ms === undefined ? `${no}  no answer` : describePing(no, ms, at, via ?? 'no link');
      output.write({ event: 'ping', no, ms: ms ?? null, via, address: at, ...(!json && { line }) });
    }
  } finally {
    // Who interrupts it wants to know as well.
    conclude();
  }
  return times.length > 0 ? exitCodes.done : exitCodes.failed;
}

/** Asks a peer again and again how long it takes to answer. Resolves with the exit code. */
export function ping(args: PingArguments): Promise<number> {
  const { target } = args;
  const options = {
    autoConnect: (device: { id: string; name: string }) => fits(target, device),
    format: lineForPeople,
  };
  return runNodeCommand(args, options, (command) => pingAll(args, command));
}
