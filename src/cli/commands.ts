import * as v from 'valibot';
import type { LanpeerNode, Receipt } from '../api.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { fromJson } from './json.ts';

const ref = v.optional(v.pipe(v.string(), v.maxLength(256)));
const id = v.pipe(v.string(), v.maxLength(64));
const type = v.pipe(v.string(), v.maxLength(64));

const timeout = v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400_000)));

const command = v.variant('do', [
  v.strictObject({ do: v.literal('send'), to: id, type, data: v.optional(v.unknown()), ref }),
  v.strictObject({ do: v.literal('broadcast'), type, data: v.optional(v.unknown()), ref }),
  v.strictObject({
    do: v.literal('connect'),
    address: v.pipe(v.string(), v.maxLength(64)),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    id: v.optional(id),
    ref,
  }),
  v.strictObject({ do: v.literal('disconnect'), id, ref }),
  v.strictObject({ do: v.literal('peers'), ref }),
  v.strictObject({ do: v.literal('stats'), ref }),
  v.strictObject({ do: v.literal('inspect'), ref }),
  v.strictObject({ do: v.literal('stop'), ref }),
  v.strictObject({ do: v.literal('request'), to: id, type, data: v.optional(v.unknown()), timeout, ref }),
]);

type RunCommand = v.InferOutput<typeof command>;

export interface CommandWorld {
  readonly node: LanpeerNode;
  write(event: object): void;
  stop(): void;
}

const failed = (thrown: unknown) => {
  const { code, message, remoteCode } = asLanpeerError(thrown, 'ERR_INTERNAL');
  return { ok: false as const, code, message, ...(remoteCode !== undefined && { remoteCode }) };
};

/** `delivered` and `undelivered` follow a response, for commands that have a reference. */
async function follow({ write }: CommandWorld, reference: string | undefined, to: string, { delivered }: Receipt) {
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
async function run(world: CommandWorld, asked: RunCommand): Promise<Outcome> {
  const { node } = world;
  switch (asked.do) {
    case 'send': {
      const receipt = await node.send(asked.to, asked.type, fromJson(asked.data ?? null));
      return { data: null, after: () => follow(world, asked.ref, asked.to, receipt) };
    }
    case 'broadcast': {
      const results = await node.broadcast(asked.type, fromJson(asked.data ?? null));
      return {
        data: Object.fromEntries([...results].map(([to, one]) => [to, one.ok ? { ok: true } : failed(one.error)])),
        after: () => Promise.all([...results].map(([to, one]) => one.ok && follow(world, asked.ref, to, one.receipt))),
      };
    }
    case 'connect': {
      const { address, port } = asked;
      return { data: await node.connect({ address, port, ...(asked.id !== undefined && { id: asked.id }) }) };
    }
    case 'disconnect':
      await node.disconnect(asked.id);
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
      return { data: null, after: world.stop };
    case 'request': {
      const options = asked.timeout === undefined ? {} : { timeout: asked.timeout };
      return { data: await node.request(asked.to, asked.type, fromJson(asked.data ?? null), options) };
    }
  }
}

function refOf(json: unknown): string | undefined {
  const result = v.safeParse(v.looseObject({ ref: v.string() }), json);
  return result.success ? result.output.ref : undefined;
}

/** The command in a line, or the answer to a line that has none. */
function parse(line: string): { readonly asked: RunCommand } | { readonly ref?: string; readonly error: LanpeerError } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: new LanpeerError('ERR_COMMAND', 'A line on standard input is not JSON.') };
  }
  const parsed = v.safeParse(command, json);
  if (parsed.success) return { asked: parsed.output };
  const reference = refOf(json);
  const error = new LanpeerError('ERR_COMMAND', `Not a usable command: ${v.summarize(parsed.issues)}`);
  return { error, ...(reference !== undefined && { ref: reference }) };
}

/**
 * Takes one line of standard input. Each reference gets exactly one response; a line without a usable command an error.
 * Settles when everything that the line led to has been told; never rejects.
 */
export async function takeLine(world: CommandWorld, line: string): Promise<void> {
  const { write } = world;
  const refuse = (reference: string | undefined, thrown: unknown): void => {
    const { ok, ...error } = failed(thrown);
    if (reference === undefined) write({ event: 'error', ...error });
    else write({ event: 'response', ref: reference, ok, ...error });
  };
  const parsed = parse(line);
  if (!('asked' in parsed)) {
    refuse(parsed.ref, parsed.error);
    return;
  }
  const { asked } = parsed;
  try {
    const { data, after } = await run(world, asked);
    if (asked.ref !== undefined) write({ event: 'response', ref: asked.ref, ok: true, data });
    await after?.();
  } catch (thrown) {
    refuse(asked.ref, thrown);
  }
}
