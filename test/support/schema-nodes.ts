import {
  type LanpeerErrorCode,
  type LanpeerNode,
  makeNetworkKey,
  type NodeOptions,
  type SchemaResult,
  type StandardSchema,
} from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../src/testing/index.ts';
import { whenTestEnds } from './hooks.ts';

const stops: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Messages = NonNullable<NodeOptions['messages']>;

/** Two connected nodes in memory, each with its schemas, or with none. Their types are not checked. */
export async function startSchemaPair(of: Messages | undefined, there: Messages | undefined) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string, messages: Messages | undefined): LanpeerNode =>
    network.createNode({ name, access, ...(messages && { messages }) }) as LanpeerNode;
  const [a, b] = [make('a', of), make('b', there)] as const;
  stops.push(async () => {
    const stopped = Promise.all([a.stop(), b.stop()]);
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all([a.start(), b.start()]);
  await clock.advanceAsync(3_000);
  const told: (readonly [LanpeerErrorCode, string])[] = [];
  b.errors$.subscribe(({ code, message }) => told.push([code, message]));
  return { clock, network, a, b, told };
}

/** A schema that calls back. */
export const schema = (validate: (value: unknown) => unknown): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: validate as () => SchemaResult<unknown> },
});
