import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../limits.ts';

const make = (): string => randomBytes(32).toString('base64url');
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Secrets, the newest ones only; they are compared in constant time. */
function createSecrets(most: number) {
  const hashes: Buffer[] = [];
  const find = (text: string): number => {
    const wanted = hash(text);
    return hashes.findIndex((one) => timingSafeEqual(one, wanted));
  };
  return {
    add(): string {
      const secret = make();
      hashes.push(hash(secret));
      if (hashes.length > most) hashes.shift();
      return secret;
    },
    has: (text: string): boolean => find(text) >= 0,
    /** True once. */
    take(text: string): boolean {
      const at = find(text);
      if (at < 0) return false;
      hashes.splice(at, 1);
      return true;
    },
  };
}

/**
 * The keys that open the page. A link works once, so that it is worth nothing in a history or a log; the browser that
 * followed it is known by a cookie from then on.
 */
export function createKeys() {
  const links = createSecrets(limits.inspector.links);
  const browsers = createSecrets(limits.inspector.browsers);
  const owner = make();
  const ownerHash = hash(owner);
  return {
    /** For the owner of the node, who may ask for links. */
    owner,
    isOwner: (text: string): boolean => timingSafeEqual(hash(text), ownerHash),
    link: links.add,
    knowsLink: links.has,
    /** The cookie for a browser that came with a link; undefined if the link is not good. */
    admit: (token: string): string | undefined => (links.take(token) ? browsers.add() : undefined),
    knows: (cookie: string | undefined): boolean => cookie !== undefined && browsers.has(cookie),
  };
}

export type Keys = ReturnType<typeof createKeys>;
