import type { bonjourDiscovery } from './discovery/bonjour-discovery.ts';
import type { tlsSignalling } from './signalling/tls-signalling.ts';
import type { weriftTransport } from './transport/werift/werift-transport.ts';

/** The adapters that are most of the code of a node, with what they load: TLS, HTTP, WebSocket, mDNS, WebRTC. */
export interface LoadedAdapters {
  readonly tlsSignalling: typeof tlsSignalling;
  readonly bonjourDiscovery: typeof bonjourDiscovery;
  readonly weriftTransport: typeof weriftTransport;
}

/** Adapters that are loaded when a node starts: a program that imports lanpeer may never start one. */
export interface OnDemandAdapters {
  /** Resolves when those that are wanted are there. */
  load(): Promise<void>;
  get<Name extends keyof LoadedAdapters>(name: Name): LoadedAdapters[Name];
}

export function createOnDemandAdapters(
  wanted: Readonly<Record<Exclude<keyof LoadedAdapters, 'tlsSignalling'>, boolean>>,
): OnDemandAdapters {
  let loaded: Partial<LoadedAdapters> = {};
  return {
    async load() {
      const [signalling, discovery, transport] = await Promise.all([
        import('./signalling/tls-signalling.ts'),
        wanted.bonjourDiscovery ? import('./discovery/bonjour-discovery.ts') : {},
        wanted.weriftTransport ? import('./transport/werift/werift-transport.ts') : {},
      ]);
      loaded = { ...signalling, ...discovery, ...transport };
    },
    get(name) {
      const adapter = loaded[name];
      if (!adapter) throw new Error(`${name} is not loaded`);
      return adapter;
    },
  };
}
