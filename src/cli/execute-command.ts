import type { Access } from '../api/access.ts';
import type { Receipt } from '../api/messages.ts';
import type { LanpeerNode } from '../api/node.ts';
import { asLanpeerError } from '../errors.ts';
import { fromJson } from './json.ts';
import { type Reference, type RunCommand, readCommand } from './read-command.ts';

export interface CommandDeps {
  readonly node: LanpeerNode;
  write(event: object): void;
  stop(): void;
}

const failed = (thrown: unknown) => {
  const { code, message, remoteCode } = asLanpeerError(thrown, 'ERR_INTERNAL');
  return { ok: false as const, code, message, ...(remoteCode !== undefined && { remoteCode }) };
};

/** `delivered` and `undelivered` follow a response, for commands that have a reference. */
async function follow({ write }: CommandDeps, reference: Reference | undefined, to: string, { delivered }: Receipt) {
  const fate = await delivered;
  if (reference === undefined) return;
  if (fate === 'delivered') write({ event: 'delivered', ref: reference, to });
  else write({ event: 'undelivered', ref: reference, to, fate });
}

interface Outcome {
  readonly data: unknown;
  /** What is to be done after the response. */
  readonly after?: () => unknown;
}

/** Runs a command. What it resolves with is the data of its response, and what is to be done after that. */
async function run(deps: CommandDeps, asked: RunCommand): Promise<Outcome> {
  const { node } = deps;
  switch (asked.do) {
    case 'send': {
      const receipt = await node.send(asked.to, asked.type, fromJson(asked.data ?? null));
      return { data: null, after: () => follow(deps, asked.ref, asked.to, receipt) };
    }
    case 'broadcast': {
      const results = await node.broadcast(asked.type, fromJson(asked.data ?? null));
      return {
        data: Object.fromEntries([...results].map(([to, one]) => [to, one.ok ? { ok: true } : failed(one.error)])),
        after: () => Promise.all([...results].map(([to, one]) => one.ok && follow(deps, asked.ref, to, one.receipt))),
      };
    }
    case 'connect': {
      const { address, port } = asked;
      return { data: await node.connect({ address, port, ...(asked.id !== undefined && { id: asked.id }) }) };
    }
    case 'disconnect':
      await node.disconnect(asked.id);
      return { data: null };
    case 'setAccess':
      node.setAccess(asked.access as Access);
      return { data: null };
    case 'peers': {
      let peers: unknown = [];
      node.peers$
        .subscribe((map) => {
          peers = [...map.values()];
        })
        .unsubscribe();
      return { data: peers };
    }
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
const asks = ({ do: name }: RunCommand): boolean => ['request', 'peers', 'stats', 'inspect'].includes(name);

const referred = (ref: Reference | undefined): object => (ref === undefined ? {} : { ref });

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
