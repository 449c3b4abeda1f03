import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createNode, type LanpeerNode, ofType } from '../../src/index.ts';

interface Messages {
  hello: { text: string };
  tick: number;
  sum: (data: { a: number; b: number }) => number;
  file: (name: string) => Promise<Uint8Array>;
}

const declared = (): LanpeerNode<Messages> => createNode<Messages>({ access: 'open' });
const free = (): LanpeerNode => createNode({ access: 'open' });

// What is checked here is checked by the compiler: nothing of it runs.
const neverRun = (_: () => unknown): void => undefined;

test('messages and requests have the data that was declared for them', () => {
  neverRun(() => {
    const node = declared();
    node.handle('hello', ({ data, type }) => {
      expectTypeOf(data).toEqualTypeOf<{ text: string }>();
      expectTypeOf(type).toEqualTypeOf<'hello'>();
    });
    node.handleAll((message) => {
      if (message.type === 'tick') expectTypeOf(message.data).toEqualTypeOf<number>();
    });
    node.messages$.pipe(ofType('tick')).subscribe(({ data }) => expectTypeOf(data).toEqualTypeOf<number>());
    node.respond('sum', ({ data }) => data.a + data.b);
    node.respond('file', async ({ data }) => new Uint8Array(data.length));
    expectTypeOf(node.request('id', 'sum', { a: 1, b: 2 })).resolves.toEqualTypeOf<number>();
    expectTypeOf(node.request('id', 'file', 'name')).resolves.toEqualTypeOf<Uint8Array>();
    void node.send('id', 'hello', { text: 'Hi' });
    // @ts-expect-error a message has the data of its type
    void node.send('id', 'hello', { text: 1 });
    // @ts-expect-error a request is no message
    void node.send('id', 'sum', { a: 1, b: 2 });
    // @ts-expect-error a message is no request
    void node.request('id', 'hello', { text: 'Hi' });
    // @ts-expect-error it is not declared
    void node.broadcast('other', 1);
    // @ts-expect-error the answer is a number
    node.respond('sum', () => 'text');
  });
});

test('without a declaration any type and any data will do', () => {
  neverRun(() => {
    const node = free();
    node.handle('anything', ({ data }) => expectTypeOf(data).toEqualTypeOf<unknown>());
    node.respond('anything', ({ data }) => data);
    expectTypeOf(node.request('id', 'anything', 1)).resolves.toEqualTypeOf<unknown>();
    void node.send('id', 'anything', [1, { two: new Uint8Array(3) }]);
  });
});

test('properties have the fields that were declared, and a peer may have said none of them', () => {
  neverRun(() => {
    const node = createNode<Messages, { role: 'camera' | 'screen'; version: number }>({
      access: 'open',
      properties: { role: 'camera', version: 1 },
    });
    node.peers$.subscribe((peers) => {
      for (const { properties } of peers.values())
        expectTypeOf(properties.role).toEqualTypeOf<'camera' | 'screen' | undefined>();
    });
    // @ts-expect-error a field is missing
    node.setProperties({ role: 'screen' });
    // @ts-expect-error it has no such value
    node.setProperties({ role: 'radio', version: 1 });
    free().setProperties({ anything: [1, 'two'] });
  });
});

test('schemas give the types: what is sent is their input, what arrives is their output', () => {
  neverRun(() => {
    const node = createNode({
      access: 'open',
      messages: {
        chat: v.object({ text: v.string(), tags: v.optional(v.array(v.string()), []) }),
        at: z.string().transform((text) => new Date(text)),
        sum: {
          request: z.object({ a: z.number(), b: z.coerce.number<string>() }),
          response: v.pipe(v.number(), v.transform(String)),
        },
      },
    });
    void node.send('id', 'chat', { text: 'Hi' });
    void node.broadcast('at', '2026-01-02');
    node.handle('chat', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string; tags: string[] }>());
    node.handle('at', ({ data }) => expectTypeOf(data).toEqualTypeOf<Date>());
    node.handleAll((message) => {
      if (message.type === 'at') expectTypeOf(message.data).toEqualTypeOf<Date>();
    });
    node.messages$.pipe(ofType('at')).subscribe(({ data }) => expectTypeOf(data).toEqualTypeOf<Date>());
    node.respond('sum', ({ data }) => {
      expectTypeOf(data).toEqualTypeOf<{ a: number; b: number }>();
      return data.a + data.b;
    });
    expectTypeOf(node.request('id', 'sum', { a: 1, b: '2' })).resolves.toEqualTypeOf<string>();
    // @ts-expect-error what is sent is the input of the schema
    void node.send('id', 'at', new Date());
    // @ts-expect-error the data does not fit
    void node.send('id', 'chat', { text: 1 });
    // @ts-expect-error it is a request
    void node.send('id', 'sum', { a: 1, b: '2' });
    // @ts-expect-error it is not declared
    void node.broadcast('other', 1);
    // @ts-expect-error what a responder gives is the input of the schema
    node.respond('sum', () => 'three');
    // @ts-expect-error it is no schema
    createNode({ access: 'open', messages: { chat: 1 } });
  });
});

test('a type that was declared by hand may have schemas as well', () => {
  neverRun(() => {
    const node = createNode<Messages>({ access: 'open', messages: { hello: v.object({ text: v.string() }) } });
    expectTypeOf(node).toEqualTypeOf<LanpeerNode<Messages>>();
  });
});
