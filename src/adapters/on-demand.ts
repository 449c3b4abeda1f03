import type { bonjourDiscovery } from './discovery/bonjour-discovery.ts';
import type { weriftTransport } from './transport/werift/werift-transport.ts';

/** The adapters that are most of the code of a node. */
export interface LoadedAdapters {
  readonly bonjourDiscovery: typeof bonjourDiscovery;
  readonly weriftTransport: typeof weriftTransport;
}

/** Adapters that are loaded when a node starts: a program that imports lanpeer may never start one. */
export interface OnDemandAdapters {
  /** Resolves when those that are wanted are there. */
  load(): Promise<void>;
  get<Name extends keyof LoadedAdapters>(name: Name): LoadedAdapters[Name];
}

export function createOnDemandAdapters(wanted: Readonly<Record<keyof LoadedAdapters, boolean>>): OnDemandAdapters {
  let loaded: Partial<LoadedAdapters> = {};
  return {
    async load() {
      const [discovery, transport] = await Promise.all([
        wanted.bonjourDiscovery ? import('./discovery/bonjour-discovery.ts') : {},
        wanted.weriftTransport ? import('./transport/werift/werift-transport.ts') : {},
      ]);
      loaded = { ...discovery, ...transport };
    },
    get(name) {
      const adapter = loaded[name];
      if (!adapter) throw new Error(`${name} is not loaded`);
      return adapter;
    },
  };
}
