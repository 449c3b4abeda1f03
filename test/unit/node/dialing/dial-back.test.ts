import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { NodeEvent } from '../../../../src/machines/node/events.ts';
import { AddressBook } from '../../../../src/node/dialing/address-book.ts';
import { createDialBack } from '../../../../src/node/dialing/dial-back.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { dialBackEveryMs, dialBackAddressMs, dialBackDevices } = limits.unauthenticated;

function make() {
  const clock = createVirtualClock();
  const book = new AddressBook();
  const told: NodeEvent[] = [];
  const callBack = createDialBack({ clock, at: (address) => book.at(address), tell: (event) => void told.push(event) });
  const announce = (id: string, source: string, addresses: readonly string[] = [source]): void =>
    book.announce(id, { addresses, port: 4_000, source });
  return {
    clock,
    book,
    announce,
    busy: (address: string): void => callBack({ code: 'ERR_BUSY', address }),
    callBack,
    ids: (): string[] => told.splice(0).map((event) => ('id' in event ? event.id : '')),
    told,
  };
}

test('a device that was sent away for want of room is dialed soon', () => {
  const { busy, book, announce, told } = make();
  announce('heard', '10.0.0.1');
  book.confirm('reached', { address: '10.0.0.1', port: 4_000 });
  announce('elsewhere', '10.0.0.2');
  busy('10.0.0.1');
  expect(told).toEqual(
    ['heard', 'reached'].map((id) => ({ type: 'peer', id, event: { type: 'hint', fresh: false, back: true } })),
  );
});

test('when a caller claims another address, causes no dial there, refused or not', () => {
  const { busy, announce, ids } = make();
  announce('forged', '10.0.0.66', ['10.0.0.66', '10.0.0.1']);
  busy('10.0.0.1');
  busy('10.0.0.9');
  expect(ids()).toEqual([]);
});

test('other refusals, and those of a device that is proven, cause none', () => {
  const { callBack, announce, ids } = make();
  announce('heard', '10.0.0.1');
  callBack({ code: 'ERR_PROTOCOL', address: '10.0.0.1' });
  callBack({ code: 'ERR_BUSY', address: '10.0.0.1', id: 'heard' });
  expect(ids()).toEqual([]);
});

test('when no device is known at an address, looks it up as seldom', () => {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const at = (address: string): readonly string[] => {
    asked.push(address);
    return [];
  };
  const callBack = createDialBack({ clock, at, tell: () => undefined });
  for (let no = 0; no < 100; no += 1)
    for (const address of ['10.0.0.1', '10.0.0.2']) callBack({ code: 'ERR_BUSY', address });
  expect(asked).toEqual(['10.0.0.1', '10.0.0.2']);
  clock.advance(dialBackAddressMs);
  callBack({ code: 'ERR_BUSY', address: '10.0.0.1' });
  expect(asked).toHaveLength(3);
});

test('when callers are refused again and again, dials few of them, and seldom', () => {
  const { clock, busy, announce, ids } = make();
  for (let no = 0; no < 100; no += 1) announce(`many${no}`, '10.0.0.1');
  busy('10.0.0.1');
  expect(ids()).toHaveLength(dialBackDevices);
  clock.advance(dialBackAddressMs - 1);
  busy('10.0.0.1');
  expect(ids()).toEqual([]);
  clock.advance(1);
  busy('10.0.0.1');
  expect(ids()).toHaveLength(dialBackDevices);
  announce('one', '10.0.0.2');
  clock.advance(dialBackEveryMs - 1);
  busy('10.0.0.2');
  expect(ids()).toEqual([]);
  clock.advance(1);
  busy('10.0.0.2');
  expect(ids()).toEqual(['one']);
});
