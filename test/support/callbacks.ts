import type { InspectionEvent } from 'xstate';
import { type LanpeerNode, type Logger, type NodeOptions, ofType } from '../../src/index.ts';
import { settle } from '../../src/util/thenable.ts';

type Fail = () => unknown;

/** Where a program puts what fails: in the options of a node that is told nothing else, or in a node that is connected. */
export interface Place {
  readonly options?: (fail: Fail) => Partial<NodeOptions>;
  readonly attach?: (node: LanpeerNode, fail: Fail) => void;
}

const quiet = (): void => undefined;
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
/** A getter may throw; a promise that it returns is no callback: its maker handles it. */
const getter = <Of extends object>(target: object, key: string, fail: Fail): Of =>
  Object.defineProperty({ ...target }, key, {
    get: () => void settle(fail(), { fulfilled: quiet, rejected: quiet }),
  }) as Of;

/** Every callback of a program that a node calls. `odd` is the type of the messages, and `ask` that of the requests. */
export const places: Readonly<Record<string, Place>> = {
  'a handler': { attach: (node, fail) => void node.handle('odd', fail) },
  'a handler of all': {
    attach: (node, fail) => void node.handleAll(({ type }) => (type === 'odd' ? fail() : undefined)),
  },
  'a responder': { attach: (node, fail) => void node.respond('ask', fail as () => never) },
  'a subscriber of messages$': { attach: (node, fail) => void node.messages$.pipe(ofType('odd')).subscribe(fail) },
  'an observer of messages$': { attach: (node, fail) => void node.messages$.subscribe({ next: fail }) },
  'an observer with a getter': {
    attach: (node, fail) => void node.messages$.subscribe(getter<{ next(): void }>({}, 'next', fail)),
  },
  'a subscriber of peers$': { attach: (node, fail) => void node.peers$.subscribe(fail) },
  'a subscriber of connections$': { attach: (node, fail) => void node.connections$.subscribe(fail) },
  'a subscriber of sessions$': { attach: (node, fail) => void node.sessions$.subscribe(fail) },
  'a subscriber of errors$': { attach: (node, fail) => void node.errors$.subscribe(fail) },
  'a handler, and a subscriber of errors$': {
    attach(node, fail) {
      node.errors$.subscribe(fail);
      node.handle('odd', fail);
    },
  },
  'a logger': { options: (fail) => ({ logger: { debug: fail, info: fail, warn: fail, error: fail } }) },
  'a logger whose warn fails, and a handler': {
    options: (fail) => ({ logger: { ...silent, warn: fail } }),
    attach: (node, fail) => void node.handle('odd', fail),
  },
  'a getter of a logger': { options: (fail) => ({ logger: getter<Logger>(silent, 'info', fail) }) },
  'an inspector': { options: (fail) => ({ inspect: fail as (event: InspectionEvent) => void }) },
  'an observing inspector': { options: (fail) => ({ inspect: { next: fail } }) },
  'a getter of an inspector': { options: (fail) => ({ inspect: getter<{ next(): void }>({}, 'next', fail) }) },
  autoConnect: { options: (fail) => ({ autoConnect: fail as () => boolean }) },
};
