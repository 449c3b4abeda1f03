import type { TraceEvent } from '../../src/inspector/model/trace-events.ts';
import type { DeviceId } from '../../src/protocol/device-id.ts';
import type { ObservedTransfer } from '../../src/util/observed-transfers.ts';

/** Names as peers may have them: long, in another direction, with marks above marks, in no language at all. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  'W'.repeat(63),
  '\u202egnp.exe \u2066is not what it seems',
  `z${'\u0300\u0316\u0489'.repeat(20)}algo`,
  'עברית שלום עולם, ועוד הרבה מילים אחריהן',
  '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
  'a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3',
];

/** Messages from and to these peers. */
export function messagesWith(ids: readonly DeviceId[], at: number, hostile: boolean): TraceEvent[] {
  if (ids.length === 0) return [];
  return Array.from({ length: 40 }, (_, index) => ({
    t: 'message',
    at: at + index,
    direction: index % 2 === 0 ? 'in' : 'out',
    peer: ids[index % ids.length] ?? '',
    type: hostile ? 'type.'.repeat(25) : 'display.frame.request',
    preview: JSON.stringify({
      note: hostile ? '\u202e'.concat('m'.repeat(480)) : 'all is well in the kitchen '.repeat(9),
    }),
  }));
}

/** Files on their way to and from these peers. */
export function transfersWith(ids: readonly DeviceId[], at: number, hostile: boolean): TraceEvent[] {
  const names = hostile ? hostileNames.slice(0, 4) : ['holiday pictures', 'notes.txt'];
  const transfers = ids.slice(0, 3).map(
    (peerId, index): ObservedTransfer => ({
      number: index + 1,
      direction: index === 1 ? 'receive' : 'send',
      peerId,
      state: (['moving', 'failed', 'away'] as const)[index] ?? 'moving',
      names,
      items: names.length,
      files: 1_234,
      bytes: index === 2 ? null : 5_000_000_000,
      filesDone: 17,
      bytesDone: 1_000_000_000,
      keptBytes: 250_000,
      since: at,
      code: index === 1 ? 'ERR_DISK_FULL' : null,
    }),
  );
  const later = transfers.map((one) => ({ ...one, bytesDone: one.bytesDone + 60_000_000 }));
  return [
    { t: 'transfers', at, transfers, count: transfers.length },
    { t: 'transfers', at: at + 1_000, transfers: later, count: transfers.length },
  ];
}
