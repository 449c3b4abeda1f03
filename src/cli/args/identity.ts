import { defaultStateDir, parseWords, usageOf } from './common.ts';

/** How an id or a key is shown. */
interface ShownArguments {
  /** Whether it is shown as a QR code as well. */
  readonly qr: boolean;
  readonly json: boolean;
}

/** What `lanpeer id` was asked to do. */
export interface IdArguments extends ShownArguments {
  readonly stateDir: string;
  /** Whether another identity is made. */
  readonly renew: boolean;
}

/** What `lanpeer key` was asked to do. */
export interface KeyArguments extends ShownArguments {
  /** Where the key goes, or with `show` where it is; undefined: standard output. */
  readonly file: string | undefined;
  /** Whether the key in the file is shown, and none is made. */
  readonly show: boolean;
}

const shownOptions = { qr: { type: 'boolean' }, json: { type: 'boolean' } } as const;

/** Throws `ERR_USAGE`. */
export function parseId(args: readonly string[], environment: NodeJS.ProcessEnv): IdArguments {
  const { values } = parseWords(args, { ...shownOptions, state: { type: 'string' }, new: { type: 'boolean' } });
  return {
    stateDir: values.state ?? defaultStateDir(environment),
    renew: values.new ?? false,
    qr: values.qr ?? false,
    json: values.json ?? false,
  };
}

/** Throws `ERR_USAGE`. */
export function parseKey(args: readonly string[]): KeyArguments {
  const { values, positionals } = parseWords(args, { ...shownOptions, show: { type: 'boolean' } }, true);
  const [path, ...more] = positionals;
  if (more.length > 0) throw usageOf('A key goes into one file at a time.');
  const file = path === '-' ? undefined : path;
  const { show = false, qr = false, json = false } = values;
  if (show && file === undefined) throw usageOf('--show goes with the file of a key.');
  return { file, show, qr, json };
}
