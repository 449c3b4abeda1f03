/** Prints what happens with the time since the start, and keeps count of what was expected. */
export function createTimeline(print: (line: string) => void) {
  const begun = performance.now();
  let failures = 0;
  const stamp = (): string => `${((performance.now() - begun) / 1_000).toFixed(3).padStart(7)} s`;
  return {
    say: (who: string, what: string) => print(`${stamp()}  ${who.padEnd(7)} ${what}`),
    chapter: (title: string) => print(`\n${title}`),
    /** Notes one thing that had to happen. */
    check(what: string, held: boolean) {
      if (!held) failures += 1;
      print(`${stamp()}  ${held ? '  ok  ' : 'FAILED'}  ${what}`);
    },
    get failures() {
      return failures;
    },
    get seconds() {
      return (performance.now() - begun) / 1_000;
    },
  };
}

export type Timeline = ReturnType<typeof createTimeline>;
