import * as v from 'valibot';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Loss, type Scan, scanJson } from './scan-json.ts';
import { suggest } from './suggest.ts';

/** What the answer to a command is known by. */
export type Reference = string | number;

const refLength = 256;
const refRule = `ref is a text of at most ${refLength} characters or a whole number, and comes back as it was given`;
const isReference = (value: unknown): value is Reference =>
  Number.isSafeInteger(value) || (typeof value === 'string' && value.length <= refLength);

const must = (what: string): string => `must be ${what}`;
const shortText = (what: string) => v.pipe(v.string(must(what)), v.maxLength(64, must(what)));

const id = shortText('the id of a device, a text of at most 64 characters');
const type = shortText('a text of at most 64 characters');
const invitation = must('the text of an invitation');
const group = shortText('the name of a group, a text of at most 64 bytes');
const port = must('a whole number from 1 to 65535');
const data = v.optional(v.unknown());
const each = v.optional(v.boolean(must('true or false')));
const ref = v.optional(v.custom<Reference>(isReference));
const { timeoutMs } = limits.cli;
const milliseconds = must(`a number of milliseconds from 1 to ${timeoutMs}`);
const timeout = v.optional(
  v.pipe(v.number(milliseconds), v.minValue(1, milliseconds), v.maxValue(timeoutMs, milliseconds)),
);

const mostFd = 2 ** 20;
const path = must('the path of a file');
const descriptor = must(`the number of a descriptor, from 3 to ${mostFd}`);
const file = v.optional(v.pipe(v.string(path), v.minLength(1, path), v.maxLength(4_096, path), v.excludes('\0', path)));
const fd = v.optional(
  v.pipe(v.number(descriptor), v.integer(descriptor), v.minValue(3, descriptor), v.maxValue(mostFd, descriptor)),
);

const schemas = {
  send: v.strictObject({ do: v.literal('send'), to: id, type, data, ref }),
  broadcast: v.strictObject({ do: v.literal('broadcast'), type, group: v.optional(group), data, each, ref }),
  request: v.strictObject({ do: v.literal('request'), to: id, type, data, timeout, ref }),
  requestAll: v.strictObject({ do: v.literal('requestAll'), type, group: v.optional(group), data, timeout, each, ref }),
  stream: v.strictObject({ do: v.literal('stream'), to: id, type, file, fd, data, ref }),
  connect: v.strictObject({
    do: v.literal('connect'),
    address: shortText('an IP address, a text of at most 64 characters'),
    port: v.pipe(v.number(port), v.integer(port), v.minValue(1, port), v.maxValue(65_535, port)),
    id: v.optional(id),
    ref,
  }),
  disconnect: v.strictObject({ do: v.literal('disconnect'), id, ref }),
  join: v.strictObject({ do: v.literal('join'), group, ref }),
  leave: v.strictObject({ do: v.literal('leave'), group, ref }),
  trust: v.strictObject({ do: v.literal('trust'), id, name: v.optional(shortText('a text of 1 to 63 bytes')), ref }),
  revoke: v.strictObject({ do: v.literal('revoke'), id, ref }),
  safetyNumber: v.strictObject({ do: v.literal('safetyNumber'), id, ref }),
  invite: v.strictObject({ do: v.literal('invite'), ref }),
  pair: v.strictObject({
    do: v.literal('pair'),
    invitation: v.pipe(v.string(invitation), v.maxLength(512, invitation)),
    ref,
  }),
  setProperties: v.strictObject({ do: v.literal('setProperties'), properties: v.unknown(), ref }),
  setAccess: v.strictObject({ do: v.literal('setAccess'), access: v.unknown(), ref }),
  peers: v.strictObject({ do: v.literal('peers'), ref }),
  stats: v.strictObject({ do: v.literal('stats'), ref }),
  inspect: v.strictObject({ do: v.literal('inspect'), ref }),
  stop: v.strictObject({ do: v.literal('stop'), ref }),
} as const;

type Name = keyof typeof schemas;
const names = Object.keys(schemas);
const isName = (value: unknown): value is Name => typeof value === 'string' && Object.hasOwn(schemas, value);

/** The command of that name. */
export type CommandOf<Of extends Name> = v.InferOutput<(typeof schemas)[Of]>;

/** A command of standard input. */
export type RunCommand = CommandOf<Name>;

/** A command, or why there is none, and the `ref` of the answer that says so. */
export type Reading =
  | { readonly asked: RunCommand }
  | { readonly ref: Reference | undefined; readonly error: LanpeerError };

const unusable = (message: string): LanpeerError => new LanpeerError('ERR_COMMAND', message);

/** The beginning of a value as a person reads it. */
function show(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 80) : value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function describeIssue(issue: v.BaseIssue<unknown>, name: Name): string {
  const key = String(issue.path?.[0]?.key);
  if (issue.type !== 'strict_object') return `${key} ${issue.message}; it is ${show(issue.input)}.`;
  if (issue.expected !== 'never') return `${key} is missing.`;
  const keys = Object.keys(schemas[name].entries);
  return `${name} has no key ${show(key)}.${suggest(key, keys) || ` Its keys are ${keys.join(', ')}.`}`;
}

function describeLoss({ kind, path, top, source }: Loss): LanpeerError {
  const message =
    kind === 'twice'
      ? `${path} stands twice: only one of the two would be taken.`
      : `${path} is the integer ${source}, which would be rounded: integers go from -(2^53 - 1) to 2^53 - 1. Send it as text.`;
  return new LanpeerError(top === 'data' ? 'ERR_DATA' : 'ERR_COMMAND', message);
}

/** The reference that a line names which cannot be read as a whole. */
function referenceIn({ ref }: Scan): Reference | undefined {
  try {
    const value: unknown = ref === undefined ? undefined : JSON.parse(ref);
    // A character that was no UTF-8 would not come back as it was given.
    return isReference(value) && !String(value).includes('\ufffd') ? value : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): { readonly json: unknown } | { readonly fault: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (thrown) {
    return { fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/**
 * The command in a line.
 * @param intact Whether the line was UTF-8.
 */
export function readCommand(text: string, intact = true): Reading {
  const scan = scanJson(text);
  const refuse = (error: LanpeerError, reference = referenceIn(scan)): Reading => ({ ref: reference, error });
  if (!intact) return refuse(unusable('The line is not UTF-8. Send bytes as {"$bytes":"<base64>"}.'));
  if (scan.tooDeep) return refuse(new LanpeerError('ERR_DATA', 'The data is nested too deep.'));
  const parsed = parse(text);
  if ('fault' in parsed) return refuse(unusable(`The line is not JSON: ${parsed.fault}`));
  const { json } = parsed;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return refuse(unusable(`A command is an object such as {"do":"peers","ref":1}; this line is ${show(json)}.`));
  const given: Readonly<Record<string, unknown>> = { ...json };
  if (scan.loss?.path === 'ref' && scan.loss.kind === 'rounded')
    return { ref: undefined, error: unusable(`${refRule}; this one would be rounded: ${scan.loss.source}`) };
  if (Object.hasOwn(given, 'ref') && !isReference(given['ref']))
    return { ref: undefined, error: unusable(`${refRule}; this one is ${show(given['ref'])}`) };
  if (scan.loss) return refuse(describeLoss(scan.loss));
  const name = given['do'];
  if (!isName(name)) {
    const what = Object.hasOwn(given, 'do') ? `There is no command ${show(name)}.` : 'do is missing.';
    return refuse(unusable(`${what}${suggest(String(name), names) || ` The commands are ${names.join(', ')}.`}`));
  }
  const result = v.safeParse(schemas[name], given);
  if (result.success) return { asked: result.output };
  return refuse(unusable(result.issues.map((issue) => describeIssue(issue, name)).join(' ')));
}
