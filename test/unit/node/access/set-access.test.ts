import { describe, expect, it } from 'vitest';
import { type Access, makeNetworkKey } from '../../../../src/index.ts';
import { peersOf, setUpNodes } from '../../../support/access-nodes.ts';

const [first, second, third] = [makeNetworkKey(), makeNetworkKey(), makeNetworkKey()];
const unknownId = `${'a'.repeat(51)}q`;

describe('ids', () => {
  type Form = (ids: readonly string[], deny?: readonly string[]) => Access;
  const forms: readonly (readonly [string, Form])[] = [
    ['open access', (_, deny = []) => ({ open: true, deny })],
    ['a network key', (_, deny = []) => ({ networkKey: first, deny })],
    ['several network keys', (_, deny = []) => ({ networkKey: [first, second], deny })],
    ['an allow-list', (allow, deny = []) => ({ allow, deny })],
    ['a key and an allow-list', (allow, deny = []) => ({ networkKey: first, allow, deny })],
  ];

  it.each(forms)(
    'when a peer is denied beside %s, closes it and refuses it, and accepts it again at once',
    async (_, access) => {
      const { start, settle } = setUpNodes();
      const one = await start(access([]));
      const other = await start(access([one.node.id]));
      one.node.setAccess(access([other.node.id]));
      await settle();
      expect(peersOf(one.node)).toEqual([other.node.id]);
      one.told();
      other.told();
      const { delivered } = await one.node.send(other.node.id, 'last', 1);
      one.node.setAccess(access([other.node.id], [other.node.id]));
      await settle(0);
      expect(one.told()).toEqual(['closed denied ERR_NOT_ALLOWED']);
      expect(await delivered).toMatch(/unsent|unknown/);
      await settle();
      expect([peersOf(one.node), peersOf(other.node)]).toEqual([[], []]);
      expect(other.told()).toContain('failed denied ERR_NOT_ALLOWED');
      await settle(200_000);
      expect(one.told()).toEqual([]);
      one.node.setAccess(access([other.node.id], [unknownId]));
      await settle(1_500);
      expect(peersOf(other.node)).toEqual([one.node.id]);
    },
  );

  it('when a peer leaves the allow-list, closes it, tells its callers, and disturbs no other peer', async () => {
    const { start, settle, network } = setUpNodes();
    const [a, b] = [await start('open'), await start('open')];
    const one = await start({ allow: [a.node.id, b.node.id] });
    await settle();
    expect(new Set(peersOf(one.node))).toEqual(new Set([a.node.id, b.node.id]));
    one.told();
    one.node.setAccess({ allow: [b.node.id] });
    await settle(0);
    expect(one.told()).toEqual(['closed denied ERR_NOT_ALLOWED']);
    const refused = one.node.connect(network.addressOf(a.node)).catch(({ code }) => code);
    await settle();
    expect(await refused).toBe('ERR_NOT_ALLOWED');
    expect(peersOf(one.node)).toEqual([b.node.id]);
  });
});

it('access that cannot work throws its code and changes nothing', async () => {
  const { start, settle } = setUpNodes();
  const one = await start({ networkKey: first });
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, 'ERR_ACCESS_REQUIRED'],
    [{}, 'ERR_ACCESS_REQUIRED'],
    [{ deny: [unknownId] }, 'ERR_ACCESS_REQUIRED'],
    [{ networkKey: [] }, 'ERR_OPTION'],
    [{ networkKey: [first, second, third, makeNetworkKey(), makeNetworkKey()] }, 'ERR_OPTION'],
    [{ networkKey: [second, 'x'] }, 'ERR_NETWORK_KEY_FORMAT'],
    [{ networkKey: { key: second } }, 'ERR_OPTION'],
    [{ networkKey: second, open: true }, 'ERR_OPTION'],
    [{ networkKey: second, deny: ['x'] }, 'ERR_OPTION'],
    [second, 'ERR_OPTION'],
  ];
  for (const [access, code] of wrong) {
    let thrown: unknown;
    try {
      one.node.setAccess(access as Access);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
    expect((thrown as Error).message).not.toMatch(/lanpeer-key-[a-z2-7]/);
  }
  const other = await start({ networkKey: first });
  await settle();
  expect(peersOf(one.node)).toEqual([other.node.id]);
});
