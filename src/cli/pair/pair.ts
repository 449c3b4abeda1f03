import { filter, firstValueFrom, map } from 'rxjs';
import type { LanpeerNode } from '../../api/node.ts';
import type { PendingDevice, TrustedDevice } from '../../api/trust.ts';
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
import type { CommandNodeOptions } from '../node/command-node.ts';
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

/** Devices that are trusted now. */
function trustedBy({ trusted$ }: LanpeerNode): ReadonlyMap<string, TrustedDevice> {
  let now: ReadonlyMap<string, TrustedDevice> = new Map();
  trusted$
    .subscribe((trusted) => {
      now = trusted;
    })
    .unsubscribe();
  return now;
}

/** Resolves with the first device that is connected and was not trusted before. */
function newPeer(node: LanpeerNode): Promise<string> {
  const before = trustedBy(node);
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
  // A person may have given it another one.
  if (name && !trustedBy(node).get(id)?.name) await node.trust(id, { name });
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

/** What a device calls itself proves nothing, and is not to look like a number of ours. */
const claimOf = (name: string | null): string => (name === null ? '' : `, which calls itself "${name.slice(0, 32)}",`);

/**
 * Asks about the devices that wait, one after the other, if somebody can be asked: the number that a device has to show
 * stands in the question about that device. One that waits no more is asked about no more.
 */
function askAbout({ node, output }: NodeCommand, line: StatusLine, signal: AbortSignal): void {
  const questions = process.stdin.isTTY && line.isLive ? new Questions(process.stdin, line) : undefined;
  const open = new Map<string, AbortController>();
  let before: Promise<void> = Promise.resolve();
  async function ask({ id, name, address, sameNameAs }: PendingDevice, until: AbortSignal): Promise<void> {
    if (until.aborted) return;
    const number = await node.safetyNumber(id);
    output.write({ event: 'pending', id, name, address, sameNameAs, safetyNumber: number });
    const short = id.slice(0, 8);
    line.say(`${short}${claimOf(name)} at ${address} is here as well`);
    if (sameNameAs !== null) line.say(`${short} is not the device of that name which is trusted: it has another key`);
    if (!questions) {
      line.say(`the safety number of ${short} is ${number}, and nobody can be asked`);
      return;
    }
    if (!(await questions.ask(`Does ${short} show ${number} too? Trust it? [y/N] `, until))) return;
    await node.trust(id);
    line.say(`${short} is trusted here; it has to trust this device as well`);
  }
  const subscription = node.pending$.subscribe((pending) => {
    for (const [id, controller] of open)
      if (!pending.has(id)) {
        open.delete(id);
        controller.abort(new LanpeerError('ERR_ABORTED'));
      }
    for (const device of pending.values()) {
      if (open.has(device.id)) continue;
      const controller = new AbortController();
      open.set(device.id, controller);
      const until = AbortSignal.any([signal, controller.signal]);
      before = before
        .then(() => ask(device, until))
        .catch((thrown: unknown) => {
          if (!until.aborted) line.say(`${device.id.slice(0, 8)} was not accepted: ${String(thrown)}`);
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

/** The invitation that a person types, or standard input has. Rejects with the reason of the signal. */
async function readInvitation(signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  const aborted = new Promise<never>((_, reject) => onAbort(signal, () => reject(signal.reason)));
  aborted.catch(() => undefined);
  const given = stdin.isTTY ? askSecret('Invitation (not shown): ', stdin, stderr) : readText(stdin);
  given.catch(() => undefined);
  try {
    return await Promise.race([given, aborted]);
  } finally {
    // What still reads would keep the process.
    if (signal.aborted) stdin.destroy();
  }
}

async function take(command: NodeCommand): Promise<number> {
  const { node, signal } = command;
  const id = await node.pair(await readInvitation(signal), { signal });
  return paired(command, new StatusLine(process.stderr), id, await keepName(node, id));
}

/** Pairs this device with another one, for good. Resolves with the exit code. */
export function pair(args: PairArguments): Promise<number> {
  let trusted: ReadonlyMap<string, TrustedDevice> = new Map();
  const options: CommandNodeOptions & { readonly format: Format } = {
    // Whom it hears it dials: a device that does the same waits at both ends then, and a person can compare. One that is
    // trusted already would be connected before it can prove an invitation.
    autoConnect: ({ id }) => !args.take && !trusted.has(id),
    prepare: (node) =>
      void node.trusted$.subscribe((now) => {
        trusted = now;
      }),
    format: linesForPeople,
  };
  return runNodeCommand(args, options, (command) => (args.take ? take(command) : invite(args, command)));
}
