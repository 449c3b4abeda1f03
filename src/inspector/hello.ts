import type { NodeView } from '../node/observer.ts';
import { manifest } from '../util/manifest.ts';
import { format, type HelloEvent } from './model/trace-events.ts';

/** The first trace event about a node; `inspector.ts` has the rest of what a new page gets. */
export const helloOf = (view: NodeView): HelloEvent => ({
  t: 'hello',
  format,
  at: view.clock.now(),
  version: manifest.version,
  id: view.id(),
  name: view.name,
  port: view.port(),
  live: true,
  masked: false,
});
