/** One JSON line on standard output. */
export function writeLine(event: object, written: () => void = () => undefined): void {
  process.stdout.write(`${JSON.stringify(event)}\n`, written);
}
