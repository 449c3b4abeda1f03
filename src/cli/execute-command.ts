import type { Access } from '../api/access.ts';
import type { LanpeerNode } from '../api/node.ts';
import type { PropertyMap } from '../api/peers.ts';
import { type CommandDeps, failed, follow, type Outcome, referred } from './command-outcome.ts';
import { broadcast, requestAll } from './commands-to-all.ts';
import { fromJson } from './json.ts';
import { type Reference, type RunCommand, readCommand } from './read-command.ts';
import { sendStream } from './send-stream.ts';

/** What becomes of it is told by the line `trust`. */
function inviteFor(node: LanpeerNode): { readonly text: string; readonly validMs: number } {
  const { text, validMs, claimed } = node.invite();
  claimed.catch(() => undefined);
  return { text, validMs };
}

/** Runs a command. What it resolves with is the data of its response, and what is to be done after that. */
async function run(deps: CommandDeps, asked: RunCommand): Promise<Outcome> {
  const { node } = deps;
  switch (asked.do) {
    case 'send': {
      const receipt = await node.send(asked.to, asked.type, fromJson(asked.data ?? null));
      return { data: null, after: () => follow(deps, asked.ref, asked.to, receipt) };
    }
    case 'broadcast':
      return broadcast(deps, asked);
    case 'requestAll':
      return requestAll(deps, asked);
    case 'stream':
      return { data: await sendStream(node, deps.sources, asked) };
    case 'connect': {
      const { address, port } = asked;
      return { data: await node.connect({ address, port, ...(asked.id !== undefined && { id: asked.id }) }) };
    }
    case 'disconnect':
      await node.disconnect(asked.id);
      return { data: null };
    case 'join':
      deps.groups.join(asked.group);
      return { data: null };
    case 'leave':
      deps.groups.leave(asked.group);
      return { data: null };
    case 'trust':
      await node.trust(asked.id, asked.name === undefined ? {} : { name: asked.name });
      return { data: null };
    case 'revoke':
      await node.revoke(asked.id);
      return { data: null };
    case 'safetyNumber':
      return { data: await node.safetyNumber(asked.id) };
    case 'invite':
      return { data: inviteFor(node) };
    case 'pair':
      return { data: { id: await node.pair(asked.invitation) } };
    case 'setProperties':
      node.setProperties(fromJson(asked.properties) as PropertyMap);
      return { data: null };
    case 'setAccess':
      node.setAccess(asked.access as Access);
      return { data: null };
    case 'peers':
      return { data: [...node.peers.values()] };
    case 'stats':
      return { data: node.stats() };
    case 'inspect':
      return { data: { url: await node.inspect() } };
    case 'stop':
      return { data: null, after: deps.stop };
    case 'request': {
      const options = asked.timeout === undefined ? {} : { timeout: asked.timeout };
      return { data: await node.request(asked.to, asked.type, fromJson(asked.data ?? null), options) };
    }
  }
}

/** Whether a command is there for what it resolves with, and is answered without a reference as well. */
const asks = ({ do: name }: RunCommand): boolean =>
  ['request', 'requestAll', 'peers', 'stats', 'inspect', 'invite', 'pair', 'safetyNumber'].includes(name);

export interface Taken {
  /** Resolves when the line has its answer. */
  readonly answered: Promise<void>;
  /** Resolves when everything that the line led to has been told. */
  readonly told: Promise<void>;
}

/**
 * Takes one line of standard input. It gets one answer: a response if it has a reference or asks for something, an error
 * if it has no reference and fails; a command without a reference that succeeds and has nothing to tell gets none.
 * @param intact Whether the line was UTF-8.
 */
export function executeLine(deps: CommandDeps, line: string, intact = true): Taken {
  const { write } = deps;
  const refuse = (reference: Reference | undefined, thrown: unknown): void => {
    const { ok, ...error } = failed(thrown);
    if (reference === undefined) write({ event: 'error', ...error });
    else write({ event: 'response', ref: reference, ok, ...error });
  };

  async function answer(): Promise<Outcome['after']> {
    const reading = readCommand(line, intact);
    if (!('asked' in reading)) {
      refuse(reading.ref, reading.error);
      return undefined;
    }
    const { asked } = reading;
    try {
      const { data, after } = await run(deps, asked);
      if (asked.ref !== undefined || asks(asked)) write({ event: 'response', ...referred(asked.ref), ok: true, data });
      return after;
    } catch (thrown) {
      refuse(asked.ref, thrown);
      return undefined;
    }
  }

  const answering = answer();
  return {
    answered: answering.then(() => undefined),
    told: answering.then((after) => after?.()).then(() => undefined),
  };
}
