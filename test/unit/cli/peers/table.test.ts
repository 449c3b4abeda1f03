import { expect, test } from 'vitest';
import { changesOf, describeChange } from '../../../../src/cli/peers/changes.ts';
import { formatPeers, type ShownPeer } from '../../../../src/cli/peers/table.ts';
import { watchFrame } from '../../../../src/cli/peers/watch-frame.ts';
import { plain } from '../../../../src/cli/style.ts';
import { widthOf } from '../../../../src/cli/terminal/text-width.ts';

const since = new Date(2026, 0, 2, 3, 4, 5).getTime();
const peer = (name: string, more: Partial<ShownPeer> = {}): ShownPeer => ({
  id: name.charAt(0).repeat(52),
  name,
  address: '192.168.1.7',
  via: 'tls',
  roundTripMs: 1.234,
  since,
  ...more,
});
const mapOf = (...peers: readonly ShownPeer[]) => new Map(peers.map((one) => [one.id, one]));

test('peers are a table, sorted by their names', () => {
  const wide = peer('漢字', { id: 'k'.repeat(52), roundTripMs: 123 });
  expect(formatPeers([wide, peer('phone', { via: 'webrtc', roundTripMs: null })])).toEqual([
    'NAME   ID        ADDRESS      VIA     ROUND TRIP  SINCE',
    'phone  pppppppp  192.168.1.7  webrtc  -           03:04:05',
    '漢字   kkkkkkkk  192.168.1.7  tls     123 ms      03:04:05',
  ]);
});

test('a name cannot write to the terminal, nor push the rest away', () => {
  const [, row = ''] = formatPeers([peer(`\x1b[2J\u202e${'x'.repeat(63)}`)]);
  expect(row).toMatch(/^\\u\{1b\}\[2J\\u\{202e\}x+… {2}/);
  expect(row).toMatch(/192\.168\.1\.7/);
  expect(widthOf(row.split('…')[0] ?? '')).toBe(31);
  for (const line of formatPeers([peer('phone')], { columns: 20 })) expect(widthOf(line)).toBeLessThanOrEqual(20);
});

test('who comes, goes, or is reached in another way is a change; a round trip is none', () => {
  const [desk, phone] = [peer('desk'), peer('phone')];
  expect(changesOf(new Map(), mapOf(desk))).toEqual([{ change: 'joined', peer: desk }]);
  expect(changesOf(mapOf(desk, phone), mapOf(phone))).toEqual([{ change: 'left', peer: desk }]);
  const upgraded = peer('desk', { via: 'webrtc' });
  expect(changesOf(mapOf(desk), mapOf(upgraded))).toEqual([{ change: 'changed', peer: upgraded }]);
  expect(changesOf(mapOf(desk), mapOf(peer('desk', { roundTripMs: 9 })))).toEqual([]);
  expect(describeChange({ change: 'joined', peer: peer('d\x1b') }, since)).toBe(
    '03:04:05  joined   d\\u{1b} (dddddddd) at 192.168.1.7 over tls',
  );
});

test('on a terminal the table fits, and what does not is counted', () => {
  const many = Array.from({ length: 30 }, (_, no) => peer(`peer ${no}`));
  const notices = [{ code: 'ERR_ALONE' as const, message: 'nobody\x1b[2J', since }];
  const { lines } = watchFrame('desk', many, notices, { columns: 60, rows: 10 }, plain);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('desk has 30 peers; Ctrl-C ends it');
  expect(lines[1]).toBe('ERR_ALONE: nobody\\u{1b}[2J');
  expect(lines.at(-1)).toBe('and 25 more');
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
  expect(watchFrame('desk', [], [], { columns: 60, rows: 1 }, plain).lines).toHaveLength(1);
});
