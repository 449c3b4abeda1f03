import type { NodeOptions } from '../../src/index.ts';
import { guardCallbacks } from '../../src/node/options/callbacks.ts';
import { parseOptions } from '../../src/node/options/options.ts';

/** The options behind their guards, and what was told of them. */
export function guard(options: Partial<NodeOptions>) {
  const config = guardCallbacks(parseOptions({ access: 'open', ...options }));
  const told: string[] = [];
  const thrown: unknown[] = [];
  config.faults.add((callback, what, did = 'threw') => {
    told.push(`${callback} ${did}`);
    thrown.push(what);
  });
  return { config, told, thrown };
}
