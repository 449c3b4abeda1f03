import type { IncomingMessage } from 'node:http';
import { limits } from '../../limits.ts';

/** Why a request is not answered. */
export type RequestFault = 'host' | 'origin' | 'site' | 'method';

const fromPage: readonly (string | undefined)[] = [undefined, 'same-origin', 'none'];

/**
 * Whether a request can be one of our own page's, before any token is looked at. The name in `Host` must be the literal
 * that the links have: a name that foreign DNS turned to 127.0.0.1 (DNS rebinding) is another one. A page of another
 * origin names itself in `Origin` or `Sec-Fetch-Site` (Fetch Metadata); only a click on a link may come from one, which
 * then needs its token.
 */
export function checkRequest({ headers, method }: IncomingMessage, port: number): RequestFault | null {
  const { host, origin } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 'host';
  if (origin !== undefined && origin !== `http://${host}`) return 'origin';
  const site = headers['sec-fetch-site'];
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (!isNavigation && !fromPage.includes(site as string | undefined)) return 'site';
  return method === 'GET' || method === 'POST' ? null : 'method';
}

/**
 * The values of that cookie, a few at most. There may be several: programs on other ports of 127.0.0.1 can set one of the
 * same name with a longer path, which then comes first.
 */
export function cookiesOf({ headers }: IncomingMessage, name: string): readonly string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .slice(0, limits.inspector.cookies)
    .map((pair) => pair.slice(name.length + 1));
}
