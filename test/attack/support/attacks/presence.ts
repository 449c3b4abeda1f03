import { encodeProperties } from '../../../../src/protocol/presence/properties.ts';
import { filled } from '../frames.ts';
import type { Target } from '../target.ts';
import { type Flood, flood } from './records.ts';

/** Properties as large as they may be, each record full of new ones. */
export const floodProperties = (target: Target, options: Flood): Promise<readonly string[]> => {
  const text = 'x'.repeat(4_000);
  let count = 0;
  return flood(target, options, (link) =>
    filled(link.recordBytes, () => {
      count += 1;
      return { kind: 'properties', payload: encodeProperties({ count, text }) ?? new Uint8Array() };
    }),
  );
};

/** Joins one group after another, and leaves none. */
export const joinWithoutEnd = (target: Target, options: Flood): Promise<readonly string[]> => {
  let count = 0;
  return flood(target, options, (link) =>
    filled(link.recordBytes, () => {
      count += 1;
      const name = Buffer.from(`group ${count}`);
      return { kind: 'groups', payload: Uint8Array.from([0, name.byteLength, ...name]) };
    }),
  );
};
