import { filter, type OperatorFunction } from 'rxjs';
import type { Message } from '../api.ts';

/** Messages of one type: `messages$.pipe(ofType('hello'))`. The data has the type that was declared for it. */
export function ofType<M extends Message, Type extends M['type']>(
  type: Type,
): OperatorFunction<M, Extract<M, { readonly type: Type }>> {
  return filter((message): message is Extract<M, { readonly type: Type }> => message.type === type);
}
