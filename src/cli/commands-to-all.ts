import type { PeerResults } from '../api/messages.ts';
import { type CommandDeps, failed, follow, type Outcome, referred } from './command-outcome.ts';
import { fromJson } from './json.ts';
import type { CommandOf, Reference } from './read-command.ts';

type Deps = Pick<CommandDeps, 'node' | 'groups' | 'write'>;

interface Asked {
  readonly ref?: Reference | undefined;
  /** Whether each result is told as it settles; the response has all of them in either case. */
  readonly each?: boolean | undefined;
}

/** By id what is told of each result. `settled` is called behind its line. */
async function collect<Result>(
  { write }: Deps,
  { ref, each = false }: Asked,
  results: PeerResults<Result>,
  show: (result: Result) => object,
  settled: (to: string, result: Result) => void = () => undefined,
): Promise<Readonly<Record<string, object>>> {
  const shown: [to: string, one: object][] = [];
  for await (const [to, result] of results) {
    const one = show(result);
    if (each) write({ event: 'result', ...referred(ref), to, ...one });
    shown.push([to, one]);
    settled(to, result);
  }
  return Object.fromEntries(shown);
}

export async function broadcast(deps: Deps, asked: CommandOf<'broadcast'>): Promise<Outcome> {
  const { node, groups } = deps;
  const input = fromJson(asked.data ?? null);
  const results =
    asked.group === undefined ? node.broadcast(asked.type, input) : groups.get(asked.group).send(asked.type, input);
  const following: Promise<void>[] = [];
  const toFollow: (() => Promise<void>)[] = [];
  const data = await collect(
    deps,
    asked,
    results,
    (one) => (one.ok ? { ok: true } : failed(one.error)),
    (to, one) => {
      if (!one.ok) return;
      const follows = (): Promise<void> => follow(deps, asked.ref, to, one.receipt);
      // The outcome of a peer does not wait for the results of others where each is told by itself.
      if (asked.each) following.push(follows());
      else toFollow.push(follows);
    },
  );
  return { data, after: () => Promise.all([...following, ...toFollow.map((follows) => follows())]) };
}

export async function requestAll(deps: Deps, asked: CommandOf<'requestAll'>): Promise<Outcome> {
  const options = asked.timeout === undefined ? {} : { timeout: asked.timeout };
  const input = fromJson(asked.data ?? null);
  const to = asked.group === undefined ? deps.node : deps.groups.get(asked.group);
  const results = to.requestAll(asked.type, input, options);

  return {
    data: await collect(deps, asked, results, (one) => (one.ok ? { ok: true, data: one.data } : failed(one.error))),
  };
}
