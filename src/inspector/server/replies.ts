import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isDeviceId } from '../../protocol/device-id.ts';
import type { Asset } from './assets.ts';
import type { Keys } from './keys.ts';
import { checkRequest, cookiesOf } from './request-check.ts';

/** What a request is answered with. */
interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const always = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const text = (status: number, body: string): Reply => ({ status, body: `${body}\n` });
const nothingHere = text(404, 'There is nothing here.');
const noLink = text(403, 'This link has been used, or is none of this node. A new one: lanpeer inspect');

const anotherUser = text(403, 'This page is for the user who runs the node.');

/** Begins a diagnosis, also of the way to that peer; false if one is under way. What it finds is told to all pages. */
export type Diagnose = (peer: string | null) => boolean;

export interface RepliesOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly keys: Keys;
  readonly port: () => number;
  /** A key was shown on that connection. */
  readonly recognised: (socket: Socket) => void;
  /** Whether the other end of a connection may be a program of this user. */
  readonly mayBeOwnSocket: (socket: Socket) => boolean;
  /** Missing for a recording. */
  readonly diagnose?: Diagnose | undefined;
}

export function createReplies({ assets, keys, port, recognised, mayBeOwnSocket, diagnose }: RepliesOptions) {
  // Cookies of one host are shared by all its ports.
  const cookieName = (): string => `lanpeer-${port()}`;
  const link = (): string => `http://127.0.0.1:${port()}/?token=${keys.link()}`;
  /** A key counts from this user's own programs alone. */
  function isOurs(request: IncomingMessage): boolean {
    if (!mayBeOwnSocket(request.socket)) return false;
    recognised(request.socket);
    return true;
  }
  const isKnown = (request: IncomingMessage): boolean => cookiesOf(request, cookieName()).some(keys.knows);

  function page(cookie: string | undefined): Reply {
    const index = assets.get('/page/index.html');
    if (!index) return nothingHere;
    const nonce = randomBytes(16).toString('base64');
    return {
      status: 200,
      type: index.type,
      headers: {
        'Content-Security-Policy': policyOf(nonce),
        ...(cookie !== undefined && { 'Set-Cookie': `${cookieName()}=${cookie}; HttpOnly; SameSite=Strict; Path=/` }),
      },
      body: index.body.replaceAll('{{nonce}}', nonce),
    };
  }

  /** For a page of ours: a foreign origin was refused before, and a page always names its own. */
  function beginDiagnosis(request: IncomingMessage, peer: string | null): Reply {
    if (request.headers.origin === undefined || !isKnown(request) || !isOurs(request)) return noLink;
    if (!diagnose) return nothingHere;
    if (peer !== null && !isDeviceId(peer)) return text(400, 'peer is no id of a device.');
    return diagnose(peer) ? text(202, 'Begun.') : text(409, 'One is under way.');
  }

  /** For programs of the owner: a browser sends an origin with every POST. */
  function post(request: IncomingMessage, path: string): Reply {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (request.headers.origin !== undefined || !keys.isOwner(bearer) || !isOurs(request))
      return text(403, 'Only the owner of the node may do that.');
    return path === '/links' ? { status: 201, body: link() } : nothingHere;
  }

  function reply(request: IncomingMessage): Reply {
    const refusal = checkRequest(request, port());
    if (refusal) return text(403, `Refused: ${refusal}.`);
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    if (!url) return nothingHere;
    if (request.method === 'POST')
      return url.pathname === '/diagnosis'
        ? beginDiagnosis(request, url.searchParams.get('peer'))
        : post(request, url.pathname);
    const token = url.pathname === '/' ? url.searchParams.get('token') : null;
    const known = isKnown(request);
    if (!known && (token === null || !keys.knowsLink(token))) return noLink;
    if (!isOurs(request)) return anotherUser;
    const cookie = token === null || known ? undefined : keys.admit(token);
    if (url.pathname === '/') return page(cookie);
    const asset = assets.get(url.pathname);
    return asset ? { status: 200, type: asset.type, body: asset.body } : nothingHere;
  }

  return {
    link,
    answer(request: IncomingMessage, response: ServerResponse): void {
      const { status, type = 'text/plain; charset=utf-8', headers, body } = reply(request);
      response.writeHead(status, { ...always, 'Content-Type': type, ...headers }).end(body);
    },
    /** Why a WebSocket is refused; null if it is not. A page always names its origin: without one it is no page. */
    upgradeRefusal(request: IncomingMessage): string | null {
      if (
        checkRequest(request, port()) ||
        request.headers.origin === undefined ||
        !isKnown(request) ||
        !isOurs(request)
      )
        return '403 Forbidden';
      return request.url === '/trace' ? null : '404 Not Found';
    },
  };
}
