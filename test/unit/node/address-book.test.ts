import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { createAddressBook } from '../../../src/node/address-book.ts';

const heard = (port: number, ...addresses: readonly string[]) => ({ addresses, port, source: '192.0.2.99' });

test('best first: named, reached before, announced; each once', () => {
  const book = createAddressBook();
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

test('an announcement on loopback has no source to be counted by', () => {
  const book = createAddressBook();
  book.announce('a', { addresses: ['127.0.0.1'], port: 1, source: '127.0.0.1' });
  expect(book.endpoints('a')).toEqual([{ address: '127.0.0.1', port: 1 }]);
});

test('a peer that does not listen is proven all the same', () => {
  const book = createAddressBook();
  book.confirm('a', { address: '192.0.2.2', port: 0 });
  expect([book.endpoints('a'), book.isProven('192.0.2.2'), book.isProven('192.0.2.1')]).toEqual([[], true, false]);
});

test('it forgets the oldest when it is full', () => {
  const book = createAddressBook();
  const cap = limits.discovery.devices + limits.peers.remembered;
  for (let n = 0; n <= cap; n += 1) book.announce(`id ${n}`, heard(1, '192.0.2.1'));
  expect([book.endpoints('id 0').length, book.endpoints('id 1').length, book.endpoints(`id ${cap}`).length]).toEqual([
    0, 1, 1,
  ]);
  book.announce('many', heard(1, ...Array.from({ length: 40 }, (_, n) => `192.0.2.${n}`)));
  expect(book.endpoints('many')).toHaveLength(limits.dial.addresses);
});
