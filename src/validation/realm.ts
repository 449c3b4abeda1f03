import { types } from 'node:util';

/**
 * What a value is, whichever realm made it: a `vm` context, a test runner or a worker has `Object` and `Uint8Array` of its
 * own, so neither `instanceof` nor a comparison of prototypes tells (ECMA-262 section 9.3).
 */

const typedArray: unknown = Object.getPrototypeOf(Uint8Array.prototype);

/** A getter of %TypedArray%.prototype: it reads the array itself, whatever a subclass or an own property says. */
function getter<Result>(name: 'buffer' | 'byteOffset' | 'byteLength'): (array: Uint8Array) => Result {
  const get = Object.getOwnPropertyDescriptor(typedArray, name)?.get;
  return (array) => Reflect.apply(get as () => Result, array, []);
}

const bufferOf = getter<ArrayBuffer>('buffer');
const offsetOf = getter<number>('byteOffset');
const lengthOf = getter<number>('byteLength');

/** True for a `Uint8Array` of any realm, a `Buffer` among them. */
export const isBytes: (value: unknown) => value is Uint8Array = types.isUint8Array;

/** The same bytes in the same memory, as a plain `Uint8Array` of this realm. Throws if the memory was transferred. */
export function plainBytes(array: Uint8Array): Uint8Array {
  return new Uint8Array(bufferOf(array), offsetOf(array), lengthOf(array));
}

/** True for `Object.prototype` of any realm, and for null. */
export function isPlainPrototype(prototype: object | null): boolean {
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'hasOwnProperty') &&
    Object.hasOwn(prototype, 'isPrototypeOf')
  );
}
