import { once } from 'node:events';
import { createContext, runInContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { decodeMessage } from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';
import { carry, messageOf } from '../../support/encoded-data.ts';
import { encodeMessage } from '../../support/encoded-messages.ts';

describe('data of another realm is carried as data of this one', () => {
  const there = createContext({ hostBuffer: Buffer });
  const make = (source: string): unknown => runInContext(`(${source})`, there);

  it.each<readonly [string, unknown]>([
    ['{ a: { b: [1, "x", null, true] } }', { a: { b: [1, 'x', null, true] } }],
    ['[]', []],
    ['Object.create(null)', {}],
    ['new Uint8Array([1, 2, 3]).subarray(1)', Uint8Array.of(2, 3)],
    ['{ list: [new Uint8Array(new SharedArrayBuffer(2))] }', { list: [new Uint8Array(2)] }],
    ['hostBuffer.from("hi")', Uint8Array.of(104, 105)],
    ['new (class Bytes extends Uint8Array {})([7])', Uint8Array.of(7)],
    ['JSON.parse("{\\"__proto__\\":1}")', JSON.parse('{"__proto__":1}')],
    ['(function () { return arguments; })(1, 2)', { 0: 1, 1: 2 }],
  ])('%s', (source, expected) => {
    const data = carry(make(source));
    expect(data).toEqual(expected);
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected));
  });

  it.each([
    ['new Date(0)', /Date: .*toISOString/],
    ['new Map()', /Map: .*fromEntries/],
    ['new Uint16Array(1)', /new Uint8Array\(view.buffer/],
    ['new (class Point {})()', /a class/],
    ['Promise.resolve()', /await/],
    ['new Error("x")', /Error/],
  ])('and %s is refused by what it is', (source, message) => {
    expect(messageOf([make(source)])).toMatch(/^data\[0\] cannot be carried: /);
    expect(messageOf([make(source)])).toMatch(message);
  });

  it('what structuredClone and a response give', async () => {
    const data = { a: [1, { b: 'x' }], bytes: Uint8Array.of(1, 2) };
    expect(carry(structuredClone(data))).toEqual(data);
    expect(carry(await new Response('{"a":[1,{"b":"x"}]}').json())).toEqual({ a: [1, { b: 'x' }] });
    expect(carry(new Uint8Array(await new Response('hi').arrayBuffer()))).toEqual(Uint8Array.of(104, 105));
  });

  it('a module namespace', async () => {
    const moduleUrl = 'data:text/javascript,export const a = 1; export default [2]';
    expect(carry(await import(moduleUrl))).toEqual({
      a: 1,
      default: [2],
    });
  });

  it('in a worker as here', async () => {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { runInNewContext } = require('node:vm');
      import(workerData).then(({ encodeMessage }) => {
        const data = runInNewContext('({ list: [new Uint8Array([1, 2])], text: "x" })');
        parentPort.postMessage(encodeMessage({ type: 'x', data, timestamp: 1 }));
      });`;
    const workerData = new URL('../../../src/protocol/message.ts', import.meta.url).href;
    const worker = new Worker(source, { eval: true, workerData });
    const [payload] = (await once(worker, 'message')) as [Uint8Array];
    expect(decodeMessage(payload).data).toEqual({ list: [Uint8Array.of(1, 2)], text: 'x' });
    await worker.terminate();
  });
});

describe('odd data arrives equal', () => {
  it.each<readonly [string, unknown]>([
    ['a negative zero', -0],
    ['an integer over the safe ones', 2 ** 60],
    ['the least of all numbers', 5e-324],
    ['a subnormal one', 2 ** -1_050],
    ['the largest', Number.MAX_VALUE],
    ['the epsilon', Number.EPSILON],
    ['a long text', '😀'.repeat(100_000)],
    ['a zero character', 'a\0b'],
    ['a key that is empty, and one of 10,000 characters', { '': 1, ['k'.repeat(10_000)]: 2 }],
  ])('%s', (_, value) => {
    expect(carry([value, { a: value }])).toStrictEqual([value, { a: value }]);
  });

  it('as many values as the limit', () => {
    const list = new Array(limits.messages.items).fill(0);
    expect((carry(list) as unknown[]).length).toBe(limits.messages.items);
  });

  it('of a list only its items, of an object only what JSON would write', () => {
    expect(carry(Object.assign([1], { extra: 2 }))).toEqual([1]);
    const data = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 });
    expect(carry(data)).toEqual({ a: 1 });
  });
});

it('a time stamp that the clock of a program makes must be a number', () => {
  for (const timestamp of [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null])
    expect(codeOf(() => encodeMessage({ type: 'x', data: 1, timestamp: timestamp as number }))).toBe('ERR_OPTION');
});
