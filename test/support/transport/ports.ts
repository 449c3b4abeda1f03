import { parseDescription } from '../../../src/adapters/transport/werift/description.ts';
import type { RecordedLink } from '../../../src/testing/compliance/transport-pair.ts';

/** The UDP port of an end that has described itself. */
export function portOf({ bodies }: RecordedLink): number {
  const port = parseDescription(bodies[0]).candidates[0]?.port;
  if (port === undefined) throw new Error('This end has no candidate.');
  return port;
}
