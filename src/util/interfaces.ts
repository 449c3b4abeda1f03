import { networkInterfaces } from 'node:os';

/** The interfaces of a machine that have addresses, by name. */
export type Interfaces = ReturnType<typeof networkInterfaces>;

/** The last ones that this machine told of. */
let known: Interfaces = {};

/** Those of this machine. It cannot tell while it is out of descriptors: then they are taken to be as they were. */
export function readInterfaces(read: () => Interfaces = networkInterfaces): Interfaces {
  try {
    known = read();
  } catch {
    // Its callers look again: every two seconds, or for the next link.
  }
  return known;
}
