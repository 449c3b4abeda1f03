import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { AddressBook } from '../../../../src/node/dialing/address-book.ts';

const heard = (port: number, ...addresses: readonly string[]) => ({ addresses, port, source: '192.0.2.99' });

test('best first: named, reached before, announced; each once', () => {
  const book = new AddressBook();
  book.announce('a', heard(10, '192.0.2.1', '192.0.2.2'));
  expect(book.endpoints('a').map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
  book.confirm('a', { address: '192.0.2.2', port: 10 });
  book.suggest('a', { address: '192.0.2.3', port: 11 });
  expect(book.endpoints('a')).toEqual([
    { address: '192.0.2.3', port: 11 },
    { address: '192.0.2.2', port: 10 },
    { address: '192.0.2.1', port: 10, source: '192.0.2.99' },
  ]);
  book.forget('a');
  expect(book.endpoints('a')).toHaveLength(2);
  expect(book.endpoints('b')).toEqual([]);
});

test('an announcement from 127.0.0.1 has no source to be counted by', () => {
  const book = new AddressBook();
  book.announce('a', { addresses: ['127.0.0.1'], port: 1, source: '127.0.0.1' });
  expect(book.endpoints('a')).toEqual([{ address: '127.0.0.1', port: 1 }]);
  book.announce('a', { addresses: ['127.0.0.1'], port: 1, source: '127.0.0.9' });
  expect(book.endpoints('a')).toEqual([{ address: '127.0.0.1', port: 1, source: '127.0.0.9' }]);
});

test('a peer that does not listen is proven all the same', () => {
  const book = new AddressBook();
  book.confirm('a', { address: '192.0.2.2', port: 0 });
  expect([book.endpoints('a'), book.isProven('192.0.2.2'), book.isProven('192.0.2.1')]).toEqual([[], true, false]);
});

test('it forgets the oldest when it is full', () => {
  const book = new AddressBook();
  const cap = limits.discovery.devices + limits.peers.remembered;
  for (let n = 0; n <= cap; n += 1) book.announce(`id ${n}`, heard(1, '192.0.2.1'));
  expect([book.endpoints('id 0').length, book.endpoints('id 1').length, book.endpoints(`id ${cap}`).length]).toEqual([
    0, 1, 1,
  ]);
  book.announce('many', heard(1, ...Array.from({ length: 40 }, (_, n) => `192.0.2.${n}`)));
  expect(book.endpoints('many')).toHaveLength(limits.dial.addresses);
});

test('when an address failed, tries it after the others; one that led to another device last, until it leads to the peer', () => {
  const book = new AddressBook();
  const [first, second, third] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
  book.announce('a', heard(10, first, second, third));
  const addresses = (): string[] => book.endpoints('a').map(({ address }) => address);
  book.failed('a', { address: first, port: 10 }, 'ERR_IDENTITY_MISMATCH');
  book.failed('a', { address: second, port: 10 }, 'ERR_TIMEOUT');
  expect(addresses()).toEqual([third, second, first]);
  book.failed('a', { address: first, port: 10 }, 'ERR_TIMEOUT');
  expect(addresses()).toEqual([third, second, first]);
  book.confirm('a', { address: first, port: 10 });
  expect(addresses()).toEqual([first, third, second]);
  for (let n = 0; n < 10; n += 1) book.confirm('a', { address: `192.0.2.${100 + n}`, port: 10 });
  expect(addresses().slice(0, limits.dial.confirmed)).toEqual([
    '192.0.2.109',
    '192.0.2.108',
    '192.0.2.107',
    '192.0.2.106',
  ]);
  for (let n = 0; n < 1_000; n += 1) book.failed('a', { address: first, port: n + 11 }, 'ERR_TIMEOUT');
  book.failed('nobody', { address: first, port: 1 }, 'ERR_TIMEOUT');
  expect(book.endpoints('nobody')).toEqual([]);
});

test('addresses off the link stand apart, until the peer was reached there, and go with the device', () => {
  const book = new AddressBook();
  book.announce('a', { addresses: ['192.0.2.1'], offLink: ['10.9.0.1', '10.9.0.2'], port: 4_000, source: '192.0.2.1' });
  const far = (n: number) => ({ address: `10.9.0.${n}`, port: 4_000, source: '192.0.2.1' });
  expect(book.endpoints('a').map(({ address }) => address)).toEqual(['192.0.2.1']);
  expect(book.offLink('a')).toEqual([far(1), far(2)]);
  book.confirm('a', { address: '10.9.0.1', port: 4_000 });
  expect(book.endpoints('a').map(({ address }) => address)).toEqual(['10.9.0.1', '192.0.2.1']);
  expect(book.offLink('a')).toEqual([far(2)]);
  book.forget('a');
  expect([book.offLink('a'), book.offLink('nobody')]).toEqual([[], []]);
});

test('when sources announce many addresses, takes one of each source in turn', () => {
  const book = new AddressBook();
  const forged = { source: '192.0.2.66', port: 5_000, addresses: ['192.0.2.66', '192.0.2.67', '192.0.2.68'] };
  const claims = [
    { ...forged, port: 6_000 },
    forged,
    { source: '192.0.2.1', port: 4_000, addresses: ['192.0.2.1'] },
    { ...forged, port: 7_000 },
  ];
  book.announce('a', { ...forged, claims });
  expect(book.endpoints('a').slice(0, 2)).toEqual([
    { address: '192.0.2.66', port: 6_000, source: '192.0.2.66' },
    { address: '192.0.2.1', port: 4_000, source: '192.0.2.1' },
  ]);
  expect(book.endpoints('a')).toHaveLength(10);
  book.confirm('a', { address: '192.0.2.1', port: 3_000 });
  expect(book.endpoints('a')[0]).toEqual({ address: '192.0.2.1', port: 3_000 });
});

test('when a source invents devices, keeps devices that were reached or have a connection', () => {
  const book = new AddressBook((id) => id === 'held');
  book.confirm('reached', { address: '192.0.2.1', port: 4_000 });
  book.announce('held', heard(4_000, '192.0.2.2'));
  for (let n = 0; n < 5_000; n += 1) {
    book.announce(`id ${n}`, heard(4_000, '192.0.2.66'));
    if (n % 2 === 0) book.forget(`id ${n}`);
  }
  expect([book.endpoints('reached').length, book.endpoints('held').length]).toEqual([1, 1]);
  for (let n = 0; n < 5_000; n += 1) book.confirm(`peer ${n}`, { address: '192.0.2.66', port: 4_000 });
  expect(book.endpoints('held')).toHaveLength(1);
  expect(book.endpoints('peer 4999')).toHaveLength(1);
});

test('when more dials failed than addresses are kept, forgets the one that failed first', () => {
  const book = new AddressBook();
  const known = { address: '192.0.2.1', port: 4_000 };
  book.suggest('a', known);
  book.failed('a', known, 'ERR_TIMEOUT');
  const failOthers = (count: number): void => {
    for (let n = 1; n <= count; n += 1) book.failed('a', { address: '192.0.2.2', port: n }, 'ERR_TIMEOUT');
  };
  failOthers(2 * limits.dial.addresses - 1);
  expect(book.endpoints('a')).toEqual([{ ...known, failing: true }]);
  failOthers(2 * limits.dial.addresses);
  expect(book.endpoints('a')).toEqual([known]);
});

test('keeps the last few addresses at which a peer was reached', () => {
  const book = new AddressBook();
  const all = Array.from({ length: limits.dial.confirmed + 1 }, (_, n) => ({ address: `192.0.2.${n}`, port: 4_000 }));
  for (const one of all) book.confirm('a', one);
  expect(book.endpoints('a')).toEqual(all.slice(1).reverse());
});

test('when more is announced, calls the watcher', () => {
  const book = new AddressBook();
  let told = 0;
  const stop = book.watch('a', () => {
    told += 1;
  });
  book.announce('a', heard(4_000, '192.0.2.1'));
  book.announce('b', heard(4_000, '192.0.2.1'));
  expect(told).toBe(1);
  stop();
  book.announce('a', heard(4_000, '192.0.2.2'));
  expect(told).toBe(1);
});
