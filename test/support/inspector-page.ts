import { request } from 'node:http';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { TraceEvent } from '../../src/inspector/model/trace-events.ts';
import { whenTestEnds } from './hooks.ts';
import { type makeNode, startNodes } from './nodes.ts';

const sockets = new Set<WebSocket>();

whenTestEnds(() => {
  for (const socket of sockets) socket.terminate();
  sockets.clear();
});

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request with any headers: `fetch` would not let us lie about the host. */
export function ask(port: number, { path = '/', method = 'GET', headers = {} }: Asked = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    )
      .on('error', reject)
      .end();
  });
}

/** Follows a link as a browser does; resolves with its cookie. */
export async function follow(link: string): Promise<{ port: number; cookie: string }> {
  const { port, pathname, search } = new URL(link);
  const { status, headers } = await ask(Number(port), { path: pathname + search });
  expect(status).toBe(200);
  return { port: Number(port), cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
}

/** Opens the stream of trace events; resolves with the HTTP status if it is refused. */
export function open(port: number, headers: Readonly<Record<string, string>>, path = '/trace') {
  const traceEvents: TraceEvent[] = [];
  const waiting = new Set<() => void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { Host: `127.0.0.1:${port}`, ...headers } });
  sockets.add(socket);
  socket.on('message', (data) => {
    traceEvents.push(...(JSON.parse(String(data)) as TraceEvent[]));
    for (const look of waiting) look();
  });
  const opened = new Promise<number>((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
  const closed = new Promise<void>((resolve) => void socket.on('close', () => resolve()));
  function until(matches: (traceEvent: TraceEvent) => boolean): Promise<TraceEvent> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = traceEvents.find(matches);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }
  return { socket, traceEvents, opened, closed, until };
}

export async function startOne(inspector: Parameters<typeof makeNode>[0] = { inspector: true }) {
  const [node] = await startNodes(1, inspector);
  if (!node) throw new Error('a node was asked for');
  const link = await node.inspect();
  return { node, link, ...(await follow(link)) };
}
