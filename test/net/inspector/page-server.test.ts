import { connect as connectSocket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { LanpeerError } from '../../../src/index.ts';
import type { TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { limits } from '../../../src/limits.ts';
import { ask, follow, open, startOne } from '../../support/inspector-page.ts';
import { makeNode, startNodes } from '../../support/nodes.ts';

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    ({ code }: LanpeerError) => code,
  );

describe('the page of a node', () => {
  it('opens for a link, once, and for that browser from then on', async () => {
    const { node, link, port, cookie } = await startOne();
    const { pathname, search } = new URL(link);
    expect((await ask(port, { path: pathname + search })).status).toBe(403);
    expect((await ask(port, { headers: { Cookie: cookie } })).status).toBe(200);
    expect((await ask(port)).status).toBe(403);
    expect((await ask(port, { path: '/?token=wrong' })).status).toBe(403);
    expect((await ask(port, { headers: { Cookie: `${cookie}x` } })).status).toBe(403);
    // Another link for another browser; one that is known keeps its link.
    const second = new URL(await node.inspect());
    expect((await ask(port, { path: second.search && `/${second.search}`, headers: { Cookie: cookie } })).status).toBe(
      200,
    );
    const other = await follow(second.href);
    expect(other.cookie).not.toBe(cookie);
  });

  it('brings what it needs itself, under a policy that lets nothing else in', async () => {
    const { port, cookie } = await startOne();
    const headers = { Cookie: cookie };
    const page = await ask(port, { headers });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self' 'nonce-[^']+'; /);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const nonce = /nonce-([^']+)'/.exec(String(page.headers['content-security-policy']))?.[1];
    expect(page.body).toContain(`nonce="${nonce}"`);
    expect(page.body).not.toMatch(/https?:\/\//);
    for (const path of [
      '/page/main.js',
      '/page/style.css',
      '/model/reduce.js',
      '/lib/lit-html/lit-html.js',
      '/words.json',
    ])
      expect((await ask(port, { path, headers })).status, path).toBe(200);
    const chart = await ask(port, { path: '/charts/connection.machine.svg', headers });
    expect(chart.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(chart.body).toContain('id="state:connected.steady"');
    for (const path of [
      '/page/../../package.json',
      '/..%2f..%2fpackage.json',
      '/page/',
      '/page/tsconfig.json',
      '//',
      '/%',
      '/words.json/',
    ])
      expect((await ask(port, { path, headers })).status, path).toBe(404);
  });

  it.each([
    ['another host', { Host: 'evil.example:PORT' }],
    ['a host of our port by another name', { Host: 'localhost6:PORT' }],
    ['an address of another form', { Host: '127.1:PORT' }],
    ['another port', { Host: '127.0.0.1:1' }],
    ['no port', { Host: '127.0.0.1' }],
    ['another origin', { Origin: 'http://evil.example' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['an origin that is null', { Origin: 'null' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }],
    [
      'a frame on another site',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    ],
  ])('refuses %s, with a good cookie and with a good link', async (_, told) => {
    const { node, port, cookie } = await startOne();
    const headers: Record<string, string> = { ...told };
    if (headers['Host']) headers['Host'] = headers['Host'].replace('PORT', String(port));
    expect((await ask(port, { headers: { Cookie: cookie, ...headers } })).status).toBe(403);
    const { search } = new URL(await node.inspect());
    expect((await ask(port, { path: `/${search}`, headers })).status).toBe(403);
    // The link was not used up by that.
    expect((await ask(port, { path: `/${search}` })).status).toBe(200);
    const stream = open(port, { Cookie: cookie, Origin: `http://127.0.0.1:${port}`, ...headers });
    expect(await stream.opened).toBe(403);
  });

  it('streams to its own page only', async () => {
    const { port, cookie } = await startOne();
    const origin = `http://127.0.0.1:${port}`;
    expect(await open(port, { Cookie: cookie }).opened).toBe(403);
    expect(await open(port, { Origin: origin }).opened).toBe(403);
    expect(await open(port, { Origin: origin, Cookie: cookie }, '/other').opened).toBe(404);
    expect(await open(port, { Origin: `http://localhost:${port}`, Cookie: cookie }).opened).toBe(403);
    const good = open(port, { Origin: origin, Cookie: cookie });
    expect(await good.opened).toBe(101);
    // It has nothing to say to us.
    good.socket.send('{"do":"stop"}');
    await good.closed;
  });

  it('gives links to the owner of the node, and to no other user', async () => {
    const { port, cookie } = await startOne();
    const post = (headers: Readonly<Record<string, string>>, path = '/links') =>
      ask(port, { method: 'POST', path, headers });
    expect((await post({})).status).toBe(403);
    expect((await post({ Cookie: cookie })).status).toBe(403);
    expect((await post({ Authorization: 'Bearer guess' })).status).toBe(403);
    expect((await ask(port, { method: 'DELETE', headers: { Cookie: cookie } })).status).toBe(403);
  });

  it('lets its own page alone ask for a diagnosis, one at a time, and tells all pages', async () => {
    const { node, port, cookie } = await startOne();
    const origin = `http://127.0.0.1:${port}`;
    const post = async (headers: Readonly<Record<string, string>>, path = '/diagnosis') =>
      (await ask(port, { method: 'POST', path, headers })).status;
    const own = { Origin: origin, Cookie: cookie };
    const one = open(port, own);
    await one.opened;
    for (const headers of [{}, { Cookie: cookie }, { Origin: origin }, { ...own, Origin: 'http://127.0.0.1:1' }])
      expect(await post(headers)).toBe(403);
    expect(await post({ ...own, 'Sec-Fetch-Site': 'same-site' })).toBe(403);
    expect((await ask(port, { path: '/diagnosis', headers: { Cookie: cookie } })).status).toBe(404);
    expect(await post(own, '/diagnosis?peer=../../etc')).toBe(400);
    expect(one.traceEvents.some(({ t }) => t === 'diagnosis')).toBe(false);

    expect([await post(own, `/diagnosis?peer=${node.id}`), await post(own)]).toEqual([202, 409]);
    const isDone = (traceEvent: TraceEvent): boolean => traceEvent.t === 'diagnosis' && traceEvent.step === 'done';
    const done = await one.until(isDone);
    expect(done).toMatchObject({ diagnosis: { peer: node.id } });
    const later = open(port, own);
    expect(await later.until(isDone)).toEqual(done);
    expect(await post(own)).toBe(202);
  });

  it('listens on the loopback address alone', async () => {
    const { port } = await startOne();
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    for (const host of ['127.0.0.2', '::1', ...others]) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connectSocket({ host, port, family: host.includes(':') ? 6 : 4 });
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
      expect(reached, host).toBe(false);
    }
  });

  it('lets only so many pages look on', async () => {
    const { port, cookie } = await startOne();
    const headers = { Origin: `http://127.0.0.1:${port}`, Cookie: cookie };
    const pages = Array.from({ length: limits.inspector.pages }, () => open(port, headers));
    expect(await Promise.all(pages.map(({ opened }) => opened))).toEqual(pages.map(() => 101));
    expect(await open(port, headers).opened).toBe(503);
    pages[0]?.socket.close();
    await pages[0]?.closed;
  });
});

describe('opening the page', () => {
  it('fails before the node starts when its port is taken', async () => {
    const { port } = await startOne();
    const node = makeNode({ inspector: { port } });
    expect(await codeOf(node.start())).toBe('ERR_PORT_IN_USE');
    expect(node.state).toBe('stopped');
  });

  it('when a link is requested, opens the inspector', async () => {
    const [node] = await startNodes(1);
    if (!node) throw new Error('a node was asked for');
    const [first, second] = await Promise.all([node.inspect(), node.inspect()]);
    expect(new URL(first).port).toBe(new URL(second).port);
    await follow(first);
    await follow(second);
  });

  it('is refused while the node is stopped', async () => {
    expect(await codeOf(makeNode().inspect())).toBe('ERR_NOT_RUNNING');
  });
});
