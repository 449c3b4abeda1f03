import {
  type Authentication,
  type AuthenticationOptions,
  createAuthentication,
} from '../../src/adapters/signalling/session/authenticate.ts';
import type { AccessPolicy } from '../../src/protocol/access.ts';
import { formatGreetingFrame, type GreetingFields, protocolVersion } from '../../src/protocol/greeting.ts';
import { proveKey, type Role } from '../../src/protocol/proof.ts';

const ids: Readonly<Record<Role, string>> = { dialer: 'a'.repeat(52), listener: `${'b'.repeat(51)}a` };
const other = (role: Role): Role => (role === 'dialer' ? 'listener' : 'dialer');
const exporter = new Uint8Array(32).fill(3);
export const networkKey = new Uint8Array(32).fill(5);

export const greetingOf = (role: Role): GreetingFields => ({
  incarnation: { counter: 1, random: '0123456789abcdef' },
  name: role,
  port: 1,
  held: 0,
  features: ['later'],
  transports: ['tls'],
});

/** An authentication of one side, and how often it was asked for its greeting. */
export function makeAuthentication(
  role: Role,
  { access = {}, ...fields }: Partial<Omit<AuthenticationOptions, 'access'>> & { readonly access?: AccessPolicy } = {},
): Authentication & { readonly greeted: number } {
  let greeted = 0;
  const authentication = createAuthentication({
    role,
    ownId: ids[role],
    remoteId: ids[other(role)],
    exporter,
    access: () => access,
    greet() {
      greeted += 1;
      return greetingOf(role);
    },
    ...fields,
  });
  return Object.defineProperty(authentication, 'greeted', { get: () => greeted }) as ReturnType<
    typeof makeAuthentication
  >;
}

/** One of each kind, as a peer without a key sends them. */
export const frames = {
  hello: formatGreetingFrame({ type: 'hello', version: protocolVersion, to: ids.listener }),
  welcome: formatGreetingFrame({ type: 'welcome', greeting: greetingOf('listener') }),
  ready: formatGreetingFrame({ type: 'ready', greeting: greetingOf('dialer') }),
  refuse: formatGreetingFrame({ type: 'refuse', code: 'ERR_BUSY' }),
} as const;
export type FrameName = keyof typeof frames;

export const proofOf = (role: Role, key = networkKey, over = exporter): string =>
  proveKey(key, { role, ownId: ids[role], otherId: ids[other(role)], exporter: over });

/** The hello of the dialer. */
export const hello = (proof?: string): string =>
  formatGreetingFrame({
    type: 'hello',
    version: protocolVersion,
    to: ids.listener,
    ...(proof !== undefined && { proof }),
  });

/** What it comes to when this side refuses. */
export const refusal = (code: string) => ({ kind: 'refused', code, reply: JSON.stringify({ type: 'refuse', code }) });
