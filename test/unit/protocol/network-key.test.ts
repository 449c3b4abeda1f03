import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LanpeerError } from '../../../src/errors.ts';
import { makeNetworkKey, networkTag, parseNetworkKey } from '../../../src/protocol/network-key.ts';

const codeOf = (text: unknown): string => {
  try {
    parseNetworkKey(text as string);
    return 'accepted';
  } catch (thrown) {
    return thrown instanceof LanpeerError ? thrown.code : 'another error';
  }
};

test('a new key is 256 bits in a form of its own, and never the same', () => {
  const keys = Array.from({ length: 100 }, makeNetworkKey);
  for (const key of keys) {
    expect(key).toMatch(/^lanpeer-key-[a-z2-7]{56}$/);
    expect(parseNetworkKey(key)).toHaveLength(32);
  }
  expect(new Set(keys.map((key) => Buffer.from(parseNetworkKey(key)).toString('hex'))).size).toBe(100);
});

test('keys and tags do not change between versions', () => {
  const key = parseNetworkKey('lanpeer-key-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypztpl2');
  expect([...key]).toEqual(Array.from({ length: 32 }, (_, at) => at));
  expect(networkTag(key)).toBe('55fbisinv4n4zlh5iabhfyz4vy');
});

test('every single typing error is seen', () => {
  const key = makeNetworkKey();
  for (let at = 'lanpeer-key-'.length; at < key.length; at += 1) {
    const wrong = key[at] === 'a' ? 'b' : 'a';
    expect(codeOf(key.slice(0, at) + wrong + key.slice(at + 1))).toBe('ERR_NETWORK_KEY_FORMAT');
  }
});

test.each([
  ['a passphrase', 'correct horse battery staple'],
  ['nothing', ''],
  ['no string', undefined],
  ['an object', { toString: makeNetworkKey }],
  ['32 bytes in hexadecimal', '00'.repeat(32)],
  ['a key in capitals', makeNetworkKey().toUpperCase()],
  ['a key with a line end', `${makeNetworkKey()}\n`],
  ['a key with a blank before', ` ${makeNetworkKey()}`],
  ['a key cut short', makeNetworkKey().slice(0, -1)],
  ['a key with more', `${makeNetworkKey()}a`],
])('%s is refused', (_, text) => {
  expect(codeOf(text)).toBe('ERR_NETWORK_KEY_FORMAT');
});

test('no other text is a key, and refusing it does not repeat it', () => {
  const likely = fc.string({ minLength: 56, maxLength: 56 }).map((text) => `lanpeer-key-${text}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), likely), (text) => {
      expect(codeOf(text)).toBe('ERR_NETWORK_KEY_FORMAT');
    }),
  );
  const secret = makeNetworkKey().replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
  expect(() => parseNetworkKey(secret)).toThrow(/^(?!.*[a-z2-7]{20})/);
});

test('a tag belongs to one key', () => {
  const keys = Array.from({ length: 100 }, () => parseNetworkKey(makeNetworkKey()));
  const tags = keys.map(networkTag);
  expect(new Set(tags).size).toBe(100);
  for (const tag of tags) expect(tag).toMatch(/^[a-z2-7]{26}$/);
});
