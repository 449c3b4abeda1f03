import { types } from 'node:util';

/** What a value that cannot be carried is, and what to give instead. It may run getters of the program's. */
export function adviceFor(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined in an array: give null';
    case 'number':
      return `the number ${value}: give null, or a text`;
    case 'bigint':
      return 'a bigint: give a text, String(value), or a number where it is safe';
    case 'symbol':
      return 'a symbol: give a text';
    case 'function':
      return 'a function: leave it out';
    case 'object':
      return value === null ? 'null' : adviceForObject(value);
    default:
      return `a value of type ${typeof value}`;
  }
}

function adviceForObject(value: object): string {
  if (types.isDate(value)) return 'a Date: give its toISOString() or getTime()';
  if (types.isMap(value)) return 'a Map: give Object.fromEntries(map), or [...map]';
  if (types.isSet(value)) return 'a Set: give [...set]';
  if (types.isPromise(value)) return 'a promise: await it first';
  if (types.isNativeError(value)) return 'an Error: give its message, or an object of what matters of it';
  if (types.isBoxedPrimitive(value)) return 'a boxed primitive: give its valueOf()';
  if (types.isRegExp(value)) return 'a regular expression: give its source';
  if (types.isAnyArrayBuffer(value)) return 'memory: give new Uint8Array(buffer)';
  if (types.isArrayBufferView(value))
    return 'a view that is not of bytes: give new Uint8Array(view.buffer, view.byteOffset, view.byteLength)';
  if ('toJSON' in value && typeof value.toJSON === 'function') return toJsonAdvice;
  if ('then' in value && typeof value.then === 'function') return 'a promise: await it first';
  return 'an object of a class: give a plain object of what matters of it';
}

export const toJsonAdvice = 'an object with toJSON: give the result of its toJSON()';
