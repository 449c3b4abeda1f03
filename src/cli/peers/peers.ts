import { merge } from 'rxjs';
import type { LanpeerNode } from '../../api/node.ts';
import type { Notice } from '../../api/notices.ts';
import type { Peer } from '../../api/peers.ts';
import { systemClock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { onAbort } from '../../util/abort.ts';
import type { PeersArguments } from '../args/peers.ts';
import { exitCodes } from '../exit-code.ts';
import { type NodeCommand, runNodeCommand } from '../node/node-command.ts';
import type { Format } from '../output.ts';
import { paintOf } from '../style.ts';
import { type Frame, Screen, type Size } from '../terminal/screen.ts';
import { warn } from '../warn.ts';
import { changesOf, describeChange } from './changes.ts';
import { settled } from './settled.ts';
import { formatPeers, type ShownPeer } from './table.ts';
import { watchFrame } from './watch-frame.ts';

const shown = ({ id, name, address, via, roundTripMs, since }: Peer): ShownPeer => ({
  id,
  name,
  address,
  via,
  roundTripMs,
  since,
});

const lineForPeople: Format = (event, piece) => {
  if (!('line' in event)) return;
  piece(`${event.line}\n`);
};

function standing(node: LanpeerNode): readonly Notice[] {
  let notices: readonly Notice[] = [];
  node.notices$
    .subscribe((map) => {
      notices = [...map.values()];
    })
    .unsubscribe();
  return notices;
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    onAbort(signal, resolve);
  });

/** Once it is quiet, who is there. */
async function list(args: PeersArguments, { node, output, signal }: NodeCommand): Promise<number> {
  await settled(node, systemClock, args.waitMs, signal);
  const peers = [...node.peers.values()].map(shown);
  if (args.json) for (const peer of peers) output.write({ event: 'peer', ...peer });
  else if (peers.length > 0)
    for (const line of formatPeers(peers, { paint: paintOf(process.stdout) })) output.write({ line });
  const notices = standing(node);
  for (const { code, message } of notices) {
    if (args.json) output.write({ event: 'notice', code, message });
    warn(`${code}: ${message}`);
  }
  if (peers.length === 0 && notices.length === 0) warn('nobody is there. lanpeer doctor looks for the reason.');
  return exitCodes.done;
}

/** Every change until it is interrupted, a line each. */
async function follow({ json }: PeersArguments, { node, output, signal }: NodeCommand): Promise<number> {
  let before: ReadonlyMap<string, ShownPeer> = new Map();
  const following = node.peers$.subscribe((peers) => {
    const after = new Map([...peers].map(([id, peer]) => [id, shown(peer)]));
    for (const { change, peer } of changesOf(before, after)) {
      const at = Date.now();
      output.tell({ event: 'peer', change, ...peer, at, ...(!json && { line: describeChange({ change, peer }, at) }) });
    }
    before = after;
  });
  const notices = node.noticeEvents$.subscribe(({ change, notice: { code, message } }) => {
    if (json) output.tell({ event: 'notice', change, code, message });
    if (change !== 'ended') warn(`${code}: ${message}`);
  });
  await ended(signal);
  following.unsubscribe();
  notices.unsubscribe();
  return exitCodes.done;
}

/** A table that keeps itself up to date, on the whole terminal, until it is interrupted. */
async function watch({ node, signal }: NodeCommand): Promise<number> {
  const paint = paintOf(process.stdout);
  const render = (size: Size): Frame => watchFrame(node.name, [...node.peers.values()], standing(node), size, paint);
  const screen = new Screen(process.stdout, limits.cli.frameMs, render);
  const events = merge(node.peers$, node.noticeEvents$).subscribe(() => screen.draw());
  await ended(signal);
  events.unsubscribe();
  screen.leave();
  for (const line of formatPeers(node.peers.values())) process.stdout.write(`${line}\n`);
  return exitCodes.done;
}

/** Shows which peers there are. Resolves with the exit code. */
export function peers(args: PeersArguments): Promise<number> {
  const isTable = args.watch && process.stdout.isTTY && !args.json;
  // What stands is in the table, and nothing else may write on it.
  const tell = isTable ? (): void => undefined : warn;
  return runNodeCommand(args, { autoConnect: () => true, format: lineForPeople, tell }, (command) => {
    if (!args.watch) return list(args, command);
    return isTable ? watch(command) : follow(args, command);
  });
}
