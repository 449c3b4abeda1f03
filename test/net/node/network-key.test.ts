import { filter, firstValueFrom, timeout } from 'rxjs';
import { expect, test } from 'vitest';
import { type Access, type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { networkTag, parseNetworkKey } from '../../../src/protocol/network-key.ts';
import { addressOf, hasPeer, isUpgraded, makeNode, recordChanges } from '../../support/nodes.ts';

const limitMs = 30_000;
const [old, next] = [makeNetworkKey(), makeNetworkKey()];

/** Resolves when it hears by mDNS that all of them announce that key. */
const hears = (node: LanpeerNode, ids: readonly string[], key: string): Promise<unknown> => {
  const tag = networkTag(parseNetworkKey(key));
  return firstValueFrom(
    node.devices$.pipe(
      filter((devices) => ids.every((id) => id === node.id || devices.get(id)?.networkTag === tag)),
      timeout(limitMs),
    ),
  );
};

/** Numbers from every node to every other one, the next as soon as the one before has arrived, until it is ended. */
function startTalk(nodes: readonly LanpeerNode[]) {
  const got = new Map<string, unknown[]>();
  const arrivals = new Set<() => void>();
  let goesOn = true;
  for (const node of nodes)
    node.handle('number', ({ senderId, data }) => {
      const name = `${senderId} ${node.id}`;
      got.set(name, [...(got.get(name) ?? []), data]);
      for (const look of [...arrivals]) look();
    });
  const fates: string[] = [];
  const pairs = nodes.flatMap((node) => nodes.filter((one) => one !== node).map(({ id }) => [node, id] as const));
  const sent = pairs.map(async ([node, to]) => {
    let no = 0;
    for (; goesOn; no += 1) fates.push(await (await node.send(to, 'number', no)).delivered);
    return { name: `${node.id} ${to}`, count: no };
  });
  const counts = (): number[] => pairs.map(([{ id }, to]) => got.get(`${id} ${to}`)?.length ?? 0);
  return {
    /** Resolves when every node has had some more from every other one. */
    more(): Promise<void> {
      const before = counts();
      return new Promise((resolve) => {
        const look = (): void => {
          if (!counts().every((count, at) => count >= (before[at] ?? 0) + 3)) return;
          arrivals.delete(look);
          resolve();
        };
        arrivals.add(look);
      });
    },
    async end() {
      goesOn = false;
      return { sent: await Promise.all(sent), got, fates: [...new Set(fates)] };
    },
  };
}

test('a running network changes its key in three steps, and no message is lost', { timeout: 120_000 }, async () => {
  const nodes = ['a', 'b', 'c'].map((name) => makeNode({ name, access: { networkKey: old }, discovery: true }));
  await Promise.all(nodes.map((node) => node.start()));
  const ids = nodes.map(({ id }) => id);
  await Promise.all(nodes.flatMap((node) => ids.filter((id) => id !== node.id).map((id) => isUpgraded(node, id))));
  const changes = nodes.map(recordChanges);
  const talk = startTalk(nodes);
  await talk.more();

  async function onAll(access: Access, done?: () => Promise<unknown>): Promise<void> {
    for (const node of nodes) {
      node.setAccess(access);
      await talk.more();
    }
    await done?.();
  }

  await onAll({ networkKey: [old, next] });
  await onAll({ networkKey: [next, old] }, () => Promise.all(nodes.map((node) => hears(node, ids, next))));
  await talk.more();
  expect(changes.flat().filter(({ state }) => state !== 'connected')).toEqual([]);

  await onAll({ networkKey: next });
  await talk.more();
  const losses = changes.flat().filter(({ state }) => state === 'failed');
  expect(losses.map(({ code }) => code)).toContain('ERR_NETWORK_KEY');
  await Promise.all(nodes.flatMap((node) => ids.filter((id) => id !== node.id).map((id) => hasPeer(node, id))));

  const { sent, got, fates } = await talk.end();
  expect(fates).toEqual(['delivered']);
  for (const { name, count } of sent) expect(got.get(name)).toEqual(Array.from({ length: count }, (_, no) => no));

  const late = makeNode({ name: 'late', access: { networkKey: old } });
  await late.start();
  const [first] = nodes as [LanpeerNode];
  await expect(late.connect(addressOf(first))).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
});
