import { fromCallback, setup } from 'xstate';
import type { ConnectionContext } from './context.ts';
import type { ConnectionEvent } from './events.ts';
import type { ConnectionInput, ConnectionOutput, DialInput, LinkInput } from './input.ts';

const nothing = (): void => undefined;

/** Types and actors of the connection machine, of which its guards and actions are made. */
export const baseSetup = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    input: {} as ConnectionInput,
    output: {} as ConnectionOutput,
  },
  actors: {
    link: fromCallback<ConnectionEvent, LinkInput>(nothing),
    dialer: fromCallback<ConnectionEvent, DialInput>(nothing),
  },
});
