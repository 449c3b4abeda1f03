import { fstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';

/** Undefined where it is not open. */
export function statOfDescriptor(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

/** True for one that is only written; false where that is not known, as on other systems than Linux. */
export function isWriteOnly(fd: number): boolean {
  try {
    const [, mode] = /^flags:\s*[0-7]*([0-7])$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number(mode) & 3) === 1;
  } catch {
    return false;
  }
}

function findOpen(): readonly number[] {
  try {
    // The directory itself had one among them, which is closed by now.
    return readdirSync('/dev/fd').map(Number).filter(statOfDescriptor);
  } catch {
    // Windows has no such directory.
    return [];
  }
}

/** Descriptors that are open as this module is loaded, before the program opens any; some are Node's own. */
export const inheritedDescriptors: ReadonlySet<number> = new Set(findOpen());
