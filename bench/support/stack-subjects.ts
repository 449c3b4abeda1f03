import type { Driver } from '../stacks/driver.ts';
import { missing } from '../stacks/index.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Subject } from './part.ts';
import { type RunningDriver, startDriver } from './stack-process.ts';

type Add = (row: string, value: number) => void;

export interface StackSubjectOptions {
  /** A process for each round: for what a process can do once. Default: one for all rounds. */
  readonly fresh?: boolean;
}

/** Stacks as subjects, each in processes of its own, which start when it is their turn. */
export function stackSubjects(
  stacks: readonly Stack[],
  measure: (driver: Driver, add: Add, stack: Stack) => Promise<void>,
  { fresh = false }: StackSubjectOptions = {},
): readonly Subject[] {
  return stacks.map((stack) => {
    let driver: RunningDriver | undefined;
    const close = (): void => {
      driver?.close();
      driver = undefined;
    };
    const why = missing(stack);
    const { name, base } = stack;
    return {
      name,
      ...(base !== undefined && stacks.some((one) => one.name === base) && { base }),
      ...(why !== undefined && { missing: why }),
      async measure(add) {
        driver ??= startDriver(name);
        try {
          await measure(driver, add, stack);
        } finally {
          if (fresh) close();
        }
      },
      close,
    };
  });
}
