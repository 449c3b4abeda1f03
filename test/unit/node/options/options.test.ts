import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { LanpeerError, type LanpeerErrorCode, makeNetworkKey, type NodeOptions } from '../../../../src/index.ts';
import { parseOptions } from '../../../../src/node/options/options.ts';
import { makeOddValues } from '../../../support/odd-arguments.ts';

const networkKey = makeNetworkKey();
const id = 'a'.repeat(52);

/** The code and the text with which an option is refused. */
function refusal(options: unknown): { readonly code?: LanpeerErrorCode; readonly message?: string } {
  try {
    parseOptions(options);
  } catch (thrown) {
    if (thrown instanceof LanpeerError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  return {};
}

const refused = (options: object) => refusal({ access: { networkKey }, ...options });

describe('createNode refuses with ERR_OPTION that names the option and shows the value', () => {
  it.each<readonly [object, RegExp]>([
    [{ name: '' }, /^name: "".* 1 to 63 bytes/],
    [{ name: 7 }, /^name: 7 /],
    [{ name: 'ü'.repeat(32) }, /^name: .* 63 bytes/],
    [{ name: '\ud800' }, /^name: /],
    [{ stateDir: '' }, /^stateDir: "" is not the path of a directory/],
    [{ stateDir: 'a\0b' }, /^stateDir: /],
    [{ stateDir: new URL('file:///tmp') }, /^stateDir: /],
    [{ interfaces: '127.0.0.1' }, /^interfaces: "127\.0\.0\.1" is not a list/],
    [{ interfaces: [] }, /^interfaces: it names none/],
    [{ interfaces: ['eth0/1'] }, /^interfaces\[0\]: "eth0\/1" is not an IPv4 address or the name of an interface/],
    [{ interfaces: [' eth0'] }, /^interfaces\[0\]: " eth0" is not/],
    [{ interfaces: [''] }, /^interfaces\[0\]: "" is not/],
    [{ interfaces: ['192.168.1'] }, /^interfaces\[0\]: "192\.168\.1" is not an IPv4 address/],
    [{ interfaces: ['192.168.1.7/24'] }, /^interfaces\[0\]: "192\.168\.1\.7\/24" is a subnet: give the address/],
    [{ interfaces: ['127.0.0.1', '::1'] }, /^interfaces\[1\]: "::1" is an IPv6 address, and lanpeer uses IPv4 only/],
    [{ interfaces: ['fe80::1%eth0'] }, /^interfaces\[0\]: "fe80::1%eth0" is an IPv6 address/],
    [{ interfaces: ['[2001:db8::1]'] }, /^interfaces\[0\]: .* is an IPv6 address/],
    [{ interfaces: [null] }, /^interfaces\[0\]: null/],
    [{ interfaces: null }, /^interfaces: null/],
    [{ port: '80' }, /^port: "80" is not a whole number from 0 to 65535/],
    [{ port: null }, /^port: null/],
    [{ port: -1 }, /^port: -1/],
    [{ port: 65_536 }, /^port: 65536/],
    [{ port: 1n }, /^port: 1n/],
    [{ port: Number.NaN }, /^port: NaN/],
    [{ discovery: 'no' }, /^discovery: "no" is not true or false/],
    [{ discovery: null }, /^discovery: null/],
    [{ autoConnect: 'false' }, /^autoConnect: "false"/],
    [{ autoConnect: null }, /^autoConnect: null/],
    [{ transports: 'tls' }, /^transports: "tls" is not a list/],
    [{ transports: ['tls', 'tls'] }, /^transports: /],
    [{ transports: ['udp'] }, /^transports: /],
    [{ transports: [] }, /^transports: /],
    [{ transports: {} }, /^transports: /],
    [{ iceServers: 'stun:127.0.0.1' }, /^iceServers: .* list/],
    [{ iceServers: [undefined] }, /^iceServers\[0\]/],
    [{ iceServers: ['stun:127.0.0.1'] }, /^iceServers\[0\]: /],
    [{ iceServers: [{ urls: ['stun:127.0.0.1'] }] }, /^iceServers\[0\]\.urls: /],
    [{ iceServers: [{ urls: 'http://127.0.0.1' }] }, /^iceServers\[0\]\.urls: "http/],
    [{ iceServers: [{ url: 'stun:127.0.0.1' }] }, /did you mean `urls`/],
    [{ iceServers: [{ urls: 'turn:127.0.0.1', username: 7 }] }, /^iceServers\[0\]\.username: 7/],
    [{ maxMessageBytes: 1 }, /^maxMessageBytes: 1 /],
    [{ maxMessageBytes: Number.POSITIVE_INFINITY }, /^maxMessageBytes: Infinity /],
    [{ maxPeers: Number.POSITIVE_INFINITY }, /^maxPeers: Infinity is not a whole number from 1 to 256/],
    [{ maxPeers: 0 }, /^maxPeers: 0/],
    [{ maxPeers: 1.5 }, /^maxPeers: 1\.5/],
    [{ logger: 'console' }, /^logger: "console"/],
    [{ logger: null }, /^logger: null/],
    [{ clock: {} }, /^clock\.now: undefined is not a function/],
    [{ clock: Date }, /^clock\.monotonic: undefined/],
    [{ random: 0.5 }, /^random: 0\.5 is not a function/],
    [{ inspect: 'yes' }, /^inspect: "yes"/],
    [{ inspector: 'yes' }, /^inspector: "yes"/],
    [{ inspector: 8080 }, /^inspector: 8080/],
    [{ inspector: { port: '80' } }, /^inspector\.port: "80"/],
    [{ inspector: { messages: 1 } }, /^inspector\.messages: 1/],
    [{ recording: 'file' }, /^recording: "file"/],
    [{ recording: {} }, /^recording\.file: undefined/],
    [{ recording: { file: '' } }, /^recording\.file: ""/],
    [{ recording: { file: 'x', mask: 'yes' } }, /^recording\.mask: "yes"/],
    [{ access: { allow: id } }, /^access\.allow: "a+" is not a list of device ids/],
    [{ access: { allow: ['nobody'] } }, /^access\.allow: "nobody" is not a device id/],
    [{ access: { allow: 7 } }, /^access\.allow: 7/],
    [
      { access: { allow: { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: id }) }) } } },
      /^access\.allow: it has more than/,
    ],
    [{ access: { open: true, networkKey } }, /^access\.open: /],
    [{ access: 'opn' }, /^access: /],
    [{ access: null }, /^access: .*null/],
    [{ access: 7 }, /^access: .*number/],
  ])('%o', (options, message) => {
    const { code, message: text } = refused(options);
    expect([code, text]).toEqual(['ERR_OPTION', expect.stringMatching(message)]);
  });

  it.each<readonly [object, string]>([
    [{ intefaces: ['127.0.0.1'] }, 'intefaces: there is no such option; did you mean `interfaces`?'],
    [{ statedir: '/tmp' }, 'statedir: there is no such option; did you mean `stateDir`?'],
    [{ transport: ['tls'] }, 'transport: there is no such option; did you mean `transports`?'],
    [{ access: { networkkey: networkKey } }, 'access.networkkey: there is no such option; did you mean `networkKey`?'],
    [{ inspector: { prot: 1 } }, 'inspector.prot: there is no such option; did you mean `port`?'],
    [{ recording: { path: 'x' } }, 'recording.path: there is no such option; there are file, mask'],
  ])('%o, which is not known', (options, message) => {
    expect(refused(options)).toEqual({ code: 'ERR_OPTION', message });
  });

  it('and no options at all', () => {
    for (const options of [null, 'open', 7, [], () => 1, new Map(), new AbortController().signal, Promise.resolve()])
      expect(refusal(options)).toMatchObject({ code: 'ERR_OPTION', message: expect.stringMatching(/^options: /) });
    expect(refusal(undefined).code).toBe('ERR_ACCESS_REQUIRED');
    expect(refusal({}).code).toBe('ERR_ACCESS_REQUIRED');
    expect(refusal({ access: {} }).code).toBe('ERR_ACCESS_REQUIRED');
  });

  it('and never shows a secret', () => {
    const secrets = [
      refused({ access: networkKey }),
      refused({ access: { allow: [networkKey] } }),
      refused({ [networkKey]: 1 }),
      refused({ access: 'my passphrase' }),
      refused({ iceServers: [{ urls: 'turn:127.0.0.1', credential: { text: 'my passphrase' } }] }),
    ];
    for (const { code, message } of secrets) {
      expect(code).toBe('ERR_OPTION');
      expect(message).not.toMatch(/passphrase|lanpeer-key-[a-z2-7]/);
    }
  });

  it('whatever an option is, and whatever happens when it is read', () => {
    const names = ['name', 'access', 'stateDir', 'interfaces', 'port', 'discovery', 'autoConnect', 'transports'];
    names.push('iceServers', 'maxMessageBytes', 'maxPeers', 'logger', 'clock', 'random', 'inspect', 'inspector');
    for (const name of [...names, 'recording', 'other'])
      for (const [, value] of makeOddValues()) {
        const { code, message } = refused({ [name]: value });
        expect([undefined, 'ERR_OPTION', 'ERR_ACCESS_REQUIRED']).toContain(code);
        expect((message ?? '').length).toBeLessThan(400);
        const throws = refused(Object.defineProperty({}, name, { enumerable: true, get: () => value }));
        expect(throws.code).toBe(code);
      }
    for (const name of ['networkKey', 'allow', 'deny', 'open', 'other'])
      for (const [, value] of makeOddValues())
        expect(['ERR_OPTION', 'ERR_ACCESS_REQUIRED', 'ERR_NETWORK_KEY_FORMAT', undefined]).toContain(
          refused({ access: { [name]: value } }).code,
        );
    for (const [, value] of makeOddValues())
      expect(['ERR_OPTION', 'ERR_ACCESS_REQUIRED']).toContain(refusal(value).code);
    const throwing = {
      access: 'open',
      get port(): never {
        throw new RangeError('of the program');
      },
    };
    expect(refusal(throwing)).toEqual({
      code: 'ERR_OPTION',
      message: 'port: reading it threw RangeError: of the program.',
    });
  });
});

describe('createNode takes', () => {
  it.each<readonly [string, object]>([
    ['undefined for the default', { name: undefined, port: undefined, interfaces: undefined, logger: undefined }],
    ['options of another realm', runInNewContext('({ transports: ["tls"], interfaces: ["127.0.0.1"], port: 0 })')],
    ['options that are inherited', Object.create({ port: 0 })],
    ['an allow-list that is a set, and one that is empty', { access: { allow: new Set([id]), deny: [] } }],
    ['everything about the recording', { recording: { file: '/tmp/x', mask: true } }],
    ['an observer', { inspect: { next: () => undefined } }],
    ['an observer that looks at nothing', { inspect: {} }],
    ['servers', { iceServers: [{ urls: 'turn:127.0.0.1:3478?transport=udp', username: 'u', credential: 'c' }] }],
  ])('%s', (_, options) => {
    expect(refused(options)).toEqual({});
  });

  it('each option once', () => {
    const reads: string[] = [];
    const options = new Proxy({ access: 'open', port: 0, name: 'x' } as NodeOptions, {
      get(of, key) {
        reads.push(String(key));
        return Reflect.get(of, key) as unknown;
      },
    });
    expect(refusal(options)).toEqual({});
    expect(new Set(reads).size).toBe(reads.length);
  });
});
