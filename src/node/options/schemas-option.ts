import { isMessageType } from '../../protocol/message-type.ts';
import { describe } from '../../validation/describe.ts';
import { optionError, reading, readOptions } from '../../validation/options.ts';

/** Calls a schema of the program's: gives a result of Standard Schema, or a promise of one, or anything; may throw. */
export type Validate = (value: unknown) => unknown;

export type Declared =
  | { readonly kind: 'message'; readonly data: Validate }
  | { readonly kind: 'request'; readonly data: Validate; readonly answer: Validate };

/** What was declared for each type. */
export type DeclaredTypes = ReadonlyMap<string, Declared>;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Undefined where it is no schema; throws for one of another version of the specification. */
function schemaIn(name: string, value: unknown): Validate | undefined {
  const standard: unknown = reading(name, () =>
    isObject(value) ? (value as { readonly '~standard'?: unknown })['~standard'] : undefined,
  );
  if (!isObject(standard)) return undefined;
  const { version, validate } = reading(
    name,
    () => ({ ...standard }) as { readonly version?: unknown; readonly validate?: unknown },
  );
  if (version !== 1 || typeof validate !== 'function')
    throw optionError(`${name}: it is a schema, but not of version 1 of Standard Schema.`);
  return (data) => Reflect.apply(validate, standard, [data]);
}

function schemaOption(name: string, value: unknown): Validate {
  const schema = schemaIn(name, value);
  if (schema) return schema;
  throw optionError(
    `${name}: ${describe(value)} is not a schema of a library with Standard Schema, such as valibot or zod.`,
  );
}

function parseDeclared(name: string, value: unknown): Declared {
  const data = schemaIn(name, value);
  if (data) return { kind: 'message', data };
  if (!isObject(value) || !reading(name, () => 'request' in value || 'response' in value))
    return { kind: 'message', data: schemaOption(name, value) };
  const { request, response } = readOptions(name, value, ['request', 'response']);
  return {
    kind: 'request',
    data: schemaOption(`${name}.request`, request),
    answer: schemaOption(`${name}.response`, response),
  };
}

/** The option `messages`: undefined where none was given. Throws `ERR_OPTION`. */
export function parseSchemas(value: unknown): DeclaredTypes | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value) || reading('messages', () => Array.isArray(value)))
    throw optionError(`messages: ${describe(value)} is not an object with a schema for each type.`);
  const declared = new Map<string, Declared>();
  for (const type of reading('messages', () => Object.keys(value))) {
    if (!isMessageType(type))
      throw optionError(
        `messages: ${describe(type)} cannot be a type: it has 1 to 64 characters of A-Z a-z 0-9 _ . : / -`,
      );
    const name = `messages.${type}`;
    declared.set(
      type,
      parseDeclared(
        name,
        reading(name, () => (value as Readonly<Record<string, unknown>>)[type]),
      ),
    );
  }
  return declared;
}
