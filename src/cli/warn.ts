/** Tells a person something on standard error. */
export const warn = (text: string): void => void process.stderr.write(`lanpeer: ${text}\n`);
