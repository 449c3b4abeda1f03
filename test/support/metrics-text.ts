/** The values by series, and the type of each metric. Throws for a line that is none of the text format. */
export function parseMetrics(text: string) {
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    const sample = /^([a-z_]+(?:\{[^{}]*\})?) (\S+)$/.exec(line);
    if (type) types.set(type[1] ?? '', type[2] ?? '');
    else if (sample) values.set(sample[1] ?? '', Number(sample[2]));
    else if (line !== '' && !line.startsWith('# HELP ')) throw new Error(`not a line of metrics: ${line}`);
  }
  return { values, types };
}
