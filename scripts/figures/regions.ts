const begin = (name: string): string => `<!-- figures:begin ${name} -->`;
const end = '<!-- figures:end -->';

/**
 * Puts what is written into the marked regions of a page, and leaves the rest as it is. Throws for a region that has no end
 * or that nobody writes.
 */
export function fillRegions(page: string, write: (name: string) => string | undefined): string {
  const parts = page.split(/(?=<!-- figures:begin [^\s]+ -->)/);
  return parts
    .map((part) => {
      const [, name] = /^<!-- figures:begin ([^\s]+) -->/.exec(part) ?? [];
      if (name === undefined) return part;
      const at = part.indexOf(end);
      if (at < 0) throw new Error(`The region ${name} has no end: ${end}`);
      const text = write(name);
      if (text === undefined) throw new Error(`Nobody writes a region ${name}`);
      return `${begin(name)}\n${text.trim()}\n${part.slice(at)}`;
    })
    .join('');
}
