import { defaultStateDir, parsePort, parseWords, usageOf } from './common.ts';

/** What `lanpeer inspect` was asked to show. */
export interface InspectArguments {
  /** A recording; undefined: the node that runs with that state directory. */
  readonly file: string | undefined;
  readonly stateDir: string;
  readonly port: number;
  /** Whether the link is handed to a browser. */
  readonly opens: boolean;
}

/** Throws `ERR_USAGE`. */
export function parseInspect(args: readonly string[], environment: NodeJS.ProcessEnv): InspectArguments {
  const options = { state: { type: 'string' }, port: { type: 'string' }, print: { type: 'boolean' } } as const;
  const { values, positionals } = parseWords(args, options, true);
  const [file, ...more] = positionals;
  const { state, port, print } = values;
  if (more.length > 0) throw usageOf('One recording can be shown at a time.');
  if (file !== undefined && state !== undefined) throw usageOf('A recording has no state directory.');
  if (file === undefined && port !== undefined) throw usageOf('--port goes with a recording.');
  return { file, stateDir: state ?? defaultStateDir(environment), port: parsePort(port), opens: !print };
}
