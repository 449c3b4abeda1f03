import { filter, firstValueFrom, map } from 'rxjs';
import type { LanpeerNode } from '../../api/node.ts';
import type { PendingDevice } from '../../api/trust.ts';
import { systemClock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';
import { printable } from '../../util/printable.ts';
import { within } from '../../util/within.ts';
import type { PairArguments } from '../args/pair.ts';
import { askSecret } from '../ask-key.ts';
import { exitCodes } from '../exit-code.ts';
import { Questions } from '../files/questions.ts';
import { StatusLine } from '../files/status-line.ts';
import { type NodeCommand, runNodeCommand } from '../node/node-command.ts';
import type { Format } from '../output.ts';
import { readText } from '../text/send-text.ts';

/** How long a link takes that opens at all, and how long the other device may stay. */
const [linkMs, leaveMs] = [10_000, 2_000];

/** The invitation and nothing else. */
const linesForPeople: Format = (event, piece) => {
  if ('invitation' in event) piece(`${event.invitation}\n`);
};

const labelOf = (name: string | null | undefined, id: string): string =>
  `${printable(name || 'a device')} (${id.slice(0, 8)})`;

function paired({ output }: NodeCommand, line: StatusLine, id: string, name: string | undefined): number {
  output.write({ event: 'paired', id, name: name ?? null });
  line.say(`paired with ${labelOf(name, id)}: the two let each other in from now on. lanpeer trust lists such devices`);
  return exitCodes.done;
}

/** Resolves with the first device that is connected and was not trusted before. */
function newPeer(node: LanpeerNode): Promise<string> {
  let before: ReadonlyMap<string, unknown> = new Map();
  node.trusted$
    .subscribe((trusted) => {
      before = trusted;
    })
    .unsubscribe();
  return firstValueFrom(
    node.connections$.pipe(
      filter(({ id, state }) => state === 'connected' && !before.has(id)),
      map(({ id }) => id),
    ),
  );
}

/** The name that a device has given itself goes into the list of those that are trusted. */
async function keepName(node: LanpeerNode, id: string): Promise<string | undefined> {
  const name = node.peers.get(id)?.name;
  if (name) await node.trust(id, { name });
  return name;
}

/**
 * Waits for the link to a device that is trusted now, and then until it has left: this end would take the link from under
 * what the other one still does. Resolves with its name, if it came.
 */
async function seeOff(node: LanpeerNode, id: string): Promise<string | undefined> {
  const until = (isThere: boolean, ms: number): Promise<unknown> =>
    within(systemClock, ms, firstValueFrom(node.peers$.pipe(filter((peers) => peers.has(id) === isThere))));
  await until(true, linkMs);
  const name = await keepName(node, id);
  await until(false, leaveMs);
  return name;
}

/** Asks about each device that waits, if somebody can be asked, and says which number the two have to show. */
function askAbout(command: NodeCommand, line: StatusLine, signal: AbortSignal): void {
  const { node, output } = command;
  const questions = process.stdin.isTTY && line.isLive ? new Questions(process.stdin, line) : undefined;
  const asked = new Set<string>();
  async function ask({ id, name, address, sameNameAs }: PendingDevice): Promise<void> {
    const number = await node.safetyNumber(id);
    output.write({ event: 'pending', id, name, address, sameNameAs, safetyNumber: number });
    const who = `${labelOf(name, id)} at ${address}`;
    if (sameNameAs !== null)
      line.say(`${who} is not the device of that name which is trusted already: it has another key`);
    if (!questions) {
      line.say(`${who} waits; its safety number is ${number}, and nobody can be asked`);
      return;
    }
    line.say(`${who} is here as well. Both devices have to show the number ${number}`);
    if (!(await questions.ask(`Does it show that number? Then trust it? [y/N] `, signal))) return;
    await node.trust(id);
    line.say(`${labelOf(name, id)} is trusted here; it has to trust this device as well`);
  }
  const subscription = node.pending$.subscribe((pending) => {
    for (const device of pending.values()) {
      if (asked.has(device.id)) continue;
      asked.add(device.id);
      ask(device).catch((thrown: unknown) => {
        if (!signal.aborted) line.say(`${labelOf(device.name, device.id)} was not accepted: ${String(thrown)}`);
      });
    }
  });
  onAbort(signal, () => subscription.unsubscribe());
}

async function invite(args: PairArguments, command: NodeCommand): Promise<number> {
  const { node, output } = command;
  const line = new StatusLine(process.stderr);
  const done = new AbortController();
  const signal = AbortSignal.any([command.signal, done.signal]);
  const met = newPeer(node);
  const { text, validMs, claimed } = node.invite({ signal });
  line.say(
    `on the other device: lanpeer pair --take, with this invitation. It is a secret, good for one device and ${validMs / 60_000} minutes`,
  );
  output.write({ event: 'invitation', invitation: text, validMs });
  if (!args.json && line.isLive) {
    const { showQr } = await import('../qr.ts');
    showQr(text);
  }
  line.say('or lanpeer pair there as well: both then show a number to compare');
  askAbout(command, line, signal);
  try {
    const id = await Promise.race([claimed, met]);
    return paired(command, line, id, await seeOff(node, id));
  } finally {
    done.abort(new LanpeerError('ERR_ABORTED'));
    claimed.catch(() => undefined);
    met.catch(() => undefined);
    process.stdin.pause();
  }
}

async function take(command: NodeCommand): Promise<number> {
  const { node, signal } = command;
  const { stdin, stderr } = process;
  const text = stdin.isTTY ? await askSecret('Invitation (not shown): ', stdin, stderr) : await readText(stdin);
  const id = await node.pair(text, { signal });
  return paired(command, new StatusLine(stderr), id, await keepName(node, id));
}

/** Pairs this device with another one, for good. Resolves with the exit code. */
export function pair(args: PairArguments): Promise<number> {
  // Whom it hears it dials: a device that does the same waits at both ends then, and a person can compare.
  const options = { autoConnect: () => !args.take, format: linesForPeople };
  return runNodeCommand(args, options, (command) => (args.take ? take(command) : invite(args, command)));
}
