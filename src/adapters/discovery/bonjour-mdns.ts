import { EventEmitter } from 'node:events';
import type { Bonjour } from 'bonjour-service';

export type Sent = (error?: Error | null) => void;

/** What bonjour-service hands to multicast-dns. */
export interface Message {
  readonly type?: unknown;
  readonly answers?: readonly { readonly ttl?: unknown }[];
}

/** The mDNS socket under a Bonjour, which its types keep private. */
export interface Mdns extends EventEmitter {
  /** Everything that leaves goes through this; the last argument is the callback, if there is one. */
  send: (message: Message, ...rest: unknown[]) => void;
}

export function mdnsOf(bonjour: Bonjour): Mdns {
  const { server } = bonjour as unknown as { readonly server?: { readonly mdns?: unknown } };
  if (!(server?.mdns instanceof EventEmitter)) throw new Error('bonjour-service is not built as it was');
  return server.mdns as Mdns;
}

export const isGoodbye = ({ answers = [] }: Message): boolean => answers.every(({ ttl }) => ttl === 0);
