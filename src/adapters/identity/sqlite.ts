import { LanpeerError } from '../../errors.ts';

type Sqlite = typeof import('node:sqlite');

/** The warning on standard error that Node before 24.15 gives when node:sqlite is loaded. */
function isAboutSqlite(warning: unknown, name: unknown): boolean {
  return name === 'ExperimentalWarning' && String(warning).startsWith('SQLite ');
}

/**
 * Loads node:sqlite, which only nodes with a state directory need. That it was experimental is not reported: `BEGIN` and
 * `close` are all that is used. Loading is synchronous, so no warning of another module can come in between, and every
 * other warning passes. Throws `ERR_STATE_DIR` where this Node was built without it.
 */
export function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  process.emitWarning = (...args: readonly unknown[]): void => {
    if (!isAboutSqlite(args[0], args[1])) Reflect.apply(emitWarning, process, args);
  };
  let sqlite: Sqlite | undefined;
  try {
    sqlite = process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
  if (sqlite) return sqlite;
  throw new LanpeerError(
    'ERR_STATE_DIR',
    `A state directory needs the module node:sqlite, which this Node (${process.version}) does not have: take Node 22.13 or later as it comes from nodejs.org, or run without a state directory.`,
  );
}
