import { expect, it } from 'vitest';
import type { LanpeerNode } from '../../../../src/index.ts';
import { formatInvitation, parseInvitation } from '../../../../src/protocol/invitation.ts';
import { peersOf, setUpNodes } from '../../../support/access-nodes.ts';

const firstUse = { trust: 'first-use' } as const;
const apart = { discovery: false } as const;

/** How a call ends: its code, or `done`. */
const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    ({ code }) => code,
  );

const trustedBy = ({ trusted$ }: LanpeerNode): readonly string[] => {
  let ids: readonly string[] = [];
  trusted$.subscribe((devices) => (ids = [...devices.keys()])).unsubscribe();
  return ids;
};

/** The same invitation with another secret. */
function guessOf(text: string, no: number): string {
  const secret = Buffer.alloc(16);
  secret.writeUInt32BE(no);
  return formatInvitation({ ...parseInvitation(text), secret });
}

it.each([apart, {}])('after one invitation both trust each other, are connected, and stay so (%j)', async (options) => {
  const { start, settle } = setUpNodes();
  const [one, other] = [await start(firstUse, options), await start(firstUse, options)];
  const invitation = one.node.invite();
  const paired = other.node.pair(invitation.text);
  await settle();
  expect([await paired, await invitation.claimed]).toEqual([one.node.id, other.node.id]);
  expect([trustedBy(one.node), trustedBy(other.node)]).toEqual([[other.node.id], [one.node.id]]);
  expect([peersOf(one.node), peersOf(other.node)]).toEqual([[other.node.id], [one.node.id]]);
  let waiting = -1;
  one.node.pending$.subscribe(({ size }) => (waiting = size)).unsubscribe();
  expect(waiting).toBe(0);
});

it('strangers that have been refusing each other for minutes pair at once', async () => {
  const { start, settle } = setUpNodes();
  const [one, other] = [await start(firstUse), await start(firstUse)];
  await settle(300_000);
  const { text } = one.node.invite();
  await settle(200_000);
  const paired = outcomeOf(other.node.pair(text));
  await settle(2_000);
  expect(await paired).toBe('done');
  expect(peersOf(one.node)).toEqual([other.node.id]);
});

it('a wrong secret that is tried a thousand times changes nothing, and the right one still works', async () => {
  const { start, settle } = setUpNodes();
  const [one, friend, hostile] = [
    await start(firstUse, apart),
    await start(firstUse, apart),
    await start(firstUse, apart),
  ];
  const { text, claimed } = one.node.invite();
  const outcomes = new Set<unknown>();
  for (let no = 0; no < 1_000; no += 1) {
    const call = outcomeOf(hostile.node.pair(guessOf(text, no)));
    await settle(50);
    await hostile.node.disconnect(one.node.id);
    outcomes.add(await call);
  }
  expect(outcomes).toEqual(new Set(['ERR_INVITATION']));
  expect([trustedBy(one.node), trustedBy(hostile.node)]).toEqual([[], []]);
  const paired = friend.node.pair(text);
  await settle();
  expect([await paired, await claimed]).toEqual([one.node.id, friend.node.id]);
  expect(trustedBy(one.node)).toEqual([friend.node.id]);
}, 60_000);

it('of two that take one invitation one is trusted, and the other one learns nothing else', async () => {
  const { start, settle } = setUpNodes();
  const [one, first, second] = [
    await start(firstUse, apart),
    await start(firstUse, apart),
    await start(firstUse, apart),
  ];
  const { text, claimed } = one.node.invite();
  const outcomes = [outcomeOf(first.node.pair(text)), outcomeOf(second.node.pair(text))];
  await settle();
  expect((await Promise.all(outcomes)).toSorted()).toEqual(['ERR_INVITATION', 'done']);
  const winner = await claimed;
  expect(trustedBy(one.node)).toEqual([winner]);
  expect(peersOf(one.node)).toEqual([winner]);
  const loser = winner === first.node.id ? second : first;
  expect(trustedBy(loser.node)).toEqual([]);
});

it('an invitation ends after ten minutes of the monotonic clock, whatever the date says', async () => {
  const { clock, start, settle } = setUpNodes();
  let stepped = 0;
  const stepping = { ...clock, now: () => clock.now() + stepped, monotonic: () => clock.monotonic() };
  const timers = { setTimeout: clock.setTimeout.bind(clock), clearTimeout: clock.clearTimeout.bind(clock) };
  const one = await start(firstUse, { ...apart, clock: { ...stepping, ...timers } });
  const other = await start(firstUse, apart);
  const { text, claimed } = one.node.invite();
  stepped = 86_400_000;
  await settle(300_000);
  stepped = -86_400_000;
  await settle(299_000);
  const inTime = outcomeOf(other.node.pair(text));
  await settle(900);
  expect([await inTime, await claimed]).toEqual(['done', other.node.id]);

  const late = one.node.invite();
  await settle(600_000);
  await expect(late.claimed).rejects.toMatchObject({
    code: 'ERR_INVITATION',
    message: expect.stringMatching(/expired/),
  });
  const third = await start(firstUse, apart);
  const refused = outcomeOf(third.node.pair(late.text));
  await settle();
  expect(await refused).toBe('ERR_INVITATION');
});

it('a later invitation, an abort and the stop withdraw one', async () => {
  const { start, settle } = setUpNodes();
  const [one, other] = [await start(firstUse, apart), await start(firstUse, apart)];
  const aborting = new AbortController();
  const first = one.node.invite();
  const second = one.node.invite({ signal: aborting.signal });
  expect(await outcomeOf(first.claimed)).toBe('ERR_INVITATION');
  aborting.abort();
  expect(await outcomeOf(second.claimed)).toBe('ERR_ABORTED');
  for (const { text } of [first, second]) {
    const refused = outcomeOf(other.node.pair(text));
    await settle();
    // Where no invitation is open, a device that was refused just before is told what it was refused for.
    expect(await refused).toMatch(/^(ERR_INVITATION|ERR_NOT_TRUSTED)$/);
    expect([trustedBy(one.node), trustedBy(other.node)]).toEqual([[], []]);
  }
  const third = one.node.invite();
  const stopped = one.node.stop();
  await settle();
  await stopped;
  expect(await outcomeOf(third.claimed)).toBe('ERR_NOT_RUNNING');
});

it('a device that was revoked comes back by no invitation, and one that is denied claims none', async () => {
  const { start, settle } = setUpNodes();
  const [one, other, friend] = [
    await start(firstUse, apart),
    await start(firstUse, apart),
    await start(firstUse, apart),
  ];
  await one.node.revoke(other.node.id);
  const { text, claimed } = one.node.invite();
  const refused = outcomeOf(other.node.pair(text));
  await settle();
  expect(await refused).toBe('ERR_NOT_ALLOWED');
  const paired = outcomeOf(friend.node.pair(text));
  await settle();
  expect([await paired, await claimed]).toEqual(['done', friend.node.id]);
});

it('a node of other access, one’s own invitation and a text that is none are told apart', async () => {
  const { network, start, settle } = setUpNodes();
  const [one, open] = [await start(firstUse, apart), await start('open', apart)];
  const { text } = one.node.invite();
  expect(await outcomeOf(open.node.pair(text))).toBe('ERR_OPTION');
  expect(() => open.node.invite()).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
  expect(await outcomeOf(one.node.pair(text))).toBe('ERR_SELF');
  expect(await outcomeOf(one.node.pair('network key'))).toBe('ERR_INVITATION');
  // What an open node gives nobody can prove, and the taker trusts it only by a proof.
  const { id, port, address } = network.addressOf(open.node);
  const forged = formatInvitation({ ...parseInvitation(text), id, port, addresses: [address] });
  const misled = outcomeOf(one.node.pair(forged));
  await settle();
  expect(await misled).toBe('ERR_INVITATION');
  expect(trustedBy(one.node)).toEqual([]);
});
