import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { makeNode } from '../../support/nodes.ts';

const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

async function startOne() {
  const node = makeNode({ name: 'watched' });
  await node.start();
  const link = new URL(await node.inspect());
  return { node, link, port: Number(link.port) };
}

const get = async (port: number, path: string, headers: Readonly<Record<string, string>> = {}) => {
  const [response] = await once(request({ host: '127.0.0.1', port, path, headers, agent: false }).end(), 'response');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, cookie: String(response.headers['set-cookie']).split(';')[0] ?? '', body };
};

/** Asks as another user does; resolves with the status. */
const getAsNobody = (url: string, cookie = '', family = 4): Promise<number> =>
  new Promise((resolve, reject) => {
    const options = {
      host: family === 6 ? '::ffff:127.0.0.1' : '127.0.0.1',
      headers: { cookie, host: new URL(url).host },
    };
    const script = `require('http').get(${JSON.stringify(url)}, ${JSON.stringify(options)}, (r) => { r.resume(); console.log(r.statusCode); })`;
    execFile(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534 }, (error, stdout) =>
      error ? reject(error) : resolve(Number(stdout)),
    );
  });

const idle = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

test.skipIf(process.platform !== 'linux' || process.geteuid?.() !== 0)(
  'another user gets nothing for a link or a cookie of the owner, whatever kind of socket it uses',
  async () => {
    const { node, link, port } = await startOne();
    expect(await getAsNobody(link.href)).toBe(403);
    expect(await getAsNobody(link.href, '', 6)).toBe(403);
    // The link was not used up by that.
    const { status, cookie } = await get(port, `/${link.search}`);
    expect(status).toBe(200);
    expect(await getAsNobody(`http://127.0.0.1:${port}/`, cookie)).toBe(403);
    expect(await getAsNobody(`http://127.0.0.1:${port}/`, cookie, 6)).toBe(403);
    expect((await get(port, '/', { cookie })).status).toBe(200);
    await node.stop();
  },
);

test('when another port of 127.0.0.1 has set cookies, still opens', async () => {
  const { link, port } = await startOne();
  const { cookie } = await get(port, `/${link.search}`);
  const name = cookie.split('=')[0] ?? '';
  const tossed = Array.from({ length: limits.inspector.cookies - 1 }, (_, no) => `${name}=other${no}`);
  expect((await get(port, '/', { cookie: [...tossed, cookie].join('; ') })).status).toBe(200);
  expect((await get(port, '/', { cookie: tossed.join('; ') })).status).toBe(403);
  expect((await get(port, '/', { cookie: `x=${'y'.repeat(40_000)}; ${cookie}` })).status).toBe(200);
  const { status, body } = await get(port, '/', { cookie: `x=${'y'.repeat(limits.inspector.headerBytes)}; ${cookie}` });
  expect([status, body]).toEqual([431, expect.stringContaining('localhost')]);
});

test('when other users of this host hold idle sockets, still opens for the owner', async () => {
  const { node, link, port } = await startOne();
  const first = await Promise.all(Array.from({ length: limits.inspector.connections + 72 }, () => idle(port)));
  const { status, cookie } = await get(port, `/${link.search}`);
  expect(status).toBe(200);
  // A connection that has shown its key stays, however many come.
  const own = await idle(port);
  own.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`);
  await once(own, 'data');
  await Promise.all(Array.from({ length: 2 * limits.inspector.connections }, () => idle(port)));
  expect((await get(port, '/', { cookie })).status).toBe(200);
  own.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`);
  expect(String((await once(own, 'data'))[0])).toMatch(/^HTTP\/1.1 200 |<|\n/);
  expect(first).toHaveLength(limits.inspector.connections + 72);
  await node.stop();
});
