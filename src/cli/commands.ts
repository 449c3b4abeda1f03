import * as v from 'valibot';
import type { LanpeerNode, Receipt } from '../api.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { fromJson } from './json.ts';

const ref = v.optional(v.pipe(v.string(), v.maxLength(256)));
const id = v.pipe(v.string(), v.maxLength(64));
const type = v.pipe(v.string(), v.maxLength(64));

const command = v.variant('do', [
  v.strictObject({ do: v.literal('send'), to: id, type, data: v.optional(v.unknown()), ref }),
  v.strictObject({ do: v.literal('broadcast'), type, data: v.optional(v.unknown()), ref }),
  v.strictObject({
    do: v.literal('connect'),
    address: v.pipe(v.string(), v.maxLength(64)),
    port: v.number(),
    id: v.optional(id),
    ref,
  }),
  v.strictObject({ do: v.literal('disconnect'), id, ref }),
  v.strictObject({ do: v.literal('peers'), ref }),
  v.strictObject({ do: v.literal('stats'), ref }),
  v.strictObject({ do: v.literal('stop'), ref }),
]);

type RunCommand = v.InferOutput<typeof command>;

export interface CommandWorld {
  readonly node: LanpeerNode;
  write(event: object): void;
  stop(): void;
}

const failed = (thrown: unknown) => {
  const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
  return { ok: false as const, code, message };
};

/** `delivered` and `undelivered` follow a response, for commands that have a reference. */
function follow({ write }: CommandWorld, reference: string | undefined, to: string, { delivered }: Receipt): void {
  if (reference === undefined) return;
  void delivered.then((fate) => {
    if (fate === 'delivered') write({ event: 'delivered', ref: reference, to });
    else write({ event: 'undelivered', ref: reference, to, fate });
  });
}

/** Runs a command. What it resolves with is the data of its response, and what is to be done after that. */
async function run(world: CommandWorld, asked: RunCommand): Promise<{ data: unknown; after?: () => void }> {
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
        after() {
          for (const [to, one] of results) if (one.ok) follow(world, asked.ref, to, one.receipt);
        },
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
    case 'stop':
      return { data: null, after: world.stop };
  }
}

function refOf(json: unknown): string | undefined {
  const result = v.safeParse(v.looseObject({ ref: v.string() }), json);
  return result.success ? result.output.ref : undefined;
}

/** Takes one line of standard input. Each reference gets exactly one response; a line without a usable command an error. */
export function takeLine(world: CommandWorld, line: string): void {
  const { write } = world;
  const useless = (message: string): void => write({ event: 'error', code: 'ERR_COMMAND', message });
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    useless('A line on standard input is not JSON.');
    return;
  }
  const parsed = v.safeParse(command, json);
  if (!parsed.success) {
    const error = new LanpeerError('ERR_COMMAND', `Not a usable command: ${v.summarize(parsed.issues)}`);
    const reference = refOf(json);
    if (reference === undefined) useless(error.message);
    else write({ event: 'response', ref: reference, ...failed(error) });
    return;
  }
  const asked = parsed.output;
  run(world, asked).then(
    ({ data, after }) => {
      if (asked.ref !== undefined) write({ event: 'response', ref: asked.ref, ok: true, data });
      after?.();
    },
    (thrown: unknown) => {
      if (asked.ref === undefined) write({ event: 'error', ...withoutOk(failed(thrown)) });
      else write({ event: 'response', ref: asked.ref, ...failed(thrown) });
    },
  );
}

const withoutOk = ({ code, message }: ReturnType<typeof failed>) => ({ code, message });
