import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { loadAssets } from './assets.ts';
import { mayBeOwnSocket } from './connection-owner.ts';
import { createKeys } from './keys.ts';
import { createLocalSockets } from './local-sockets.ts';
import type { Pages } from './pages.ts';
import { createReplies, type Diagnose } from './replies.ts';

export interface PageServer {
  readonly port: number;
  /** Lets its holder ask for links. */
  readonly owner: string;
  /** A link that works once. */
  link(): string;
  close(): Promise<void>;
}

function listenError(port: number, cause: NodeJS.ErrnoException): LanpeerError {
  if (cause.code === 'EADDRINUSE')
    return new LanpeerError('ERR_PORT_IN_USE', `Port ${port} is taken: choose another for the inspector.`, { cause });
  return new LanpeerError('ERR_INSPECTOR', `The inspector could not listen: ${cause.message}.`, { cause });
}

/** Any program on 127.0.0.1 can fill the jar of a browser; that of another name is empty. */
const cookieAdvice =
  'This browser has too many cookies of 127.0.0.1, set by programs on other ports: clear them, or write localhost instead of 127.0.0.1 in a new link from lanpeer inspect --print.\n';
const tooManyCookies = `HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(cookieAdvice)}\r\nConnection: close\r\n\r\n${cookieAdvice}`;

/** Serves the page on 127.0.0.1 and nowhere else. Rejects with `ERR_PORT_IN_USE` or `ERR_INSPECTOR`. */
export async function servePage(port: number, pages: Pages, diagnose?: Diagnose): Promise<PageServer> {
  const assets = await loadAssets().catch((cause: unknown) => {
    const what =
      'The files of the page are not there: build the package, or install it beside what was bundled with it.';
    throw new LanpeerError('ERR_INSPECTOR', what, { cause });
  });
  const { headerBytes, requestMs, pages: mostPages } = limits.inspector;
  const server = createServer({
    maxHeaderSize: headerBytes,
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: 1_000,
  });
  const localSockets = createLocalSockets();
  server.on('connection', localSockets.add);
  server.on('clientError', (thrown: NodeJS.ErrnoException, socket) => {
    if (thrown.code === 'HPE_HEADER_OVERFLOW' && socket.writable) socket.end(tooManyCookies);
    else socket.destroy();
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1_024,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const keys = createKeys();
  const replies = createReplies({
    assets,
    keys,
    port: () => (server.address() as AddressInfo | null)?.port ?? 0,
    recognised: localSockets.recognise,
    mayBeOwnSocket,
    diagnose,
  });

  server.on('request', replies.answer);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = replies.upgradeRefusal(request) ?? (pages.size < mostPages ? null : '503 Service Unavailable');
    if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, pages.add);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(port, cause)));
    // Not shared among workers of node:cluster.
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    owner: keys.owner,
    link: replies.link,
    async close() {
      const closed = new Promise((resolve) => void server.close(resolve));
      pages.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
