import { filter, type OperatorFunction } from 'rxjs';
import type { Message } from '../api/messages.ts';

/** Those of the messages `M` that are of that type; where types were not declared, any message may be. */
export type MessageOfType<M extends Message, Type extends string> = M extends { readonly type: infer Own }
  ? string extends Own
    ? M & { readonly type: Type }
    : Own extends Type
      ? M
      : never
  : never;

/** Messages of one type: `messages$.pipe(ofType('hello'))`. The data has the type that was declared for it. */
export function ofType<M extends Message, Type extends M['type']>(
  type: Type,
): OperatorFunction<M, MessageOfType<M, Type>> {
  return filter((message): message is MessageOfType<M, Type> => message.type === type);
}
