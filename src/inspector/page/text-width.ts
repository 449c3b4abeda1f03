const family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
const kept = 512;
const known = new Map<string, string>();
const context = document.createElement('canvas').getContext('2d');

/** The beginning of a text that is not wider than so many pixels; for drawings, where nothing is cut by itself. */
export function fitText(text: string, width: number, font: string): string {
  const key = `${width} ${font} ${text}`;
  const fitted = known.get(key);
  if (fitted !== undefined) return fitted;
  const made = cut(text, width, `${font} ${family}`);
  if (known.size >= kept) known.clear();
  known.set(key, made);
  return made;
}

function cut(text: string, width: number, font: string): string {
  if (!context) return text;
  context.font = font;
  const fits = (part: string): boolean => context.measureText(part).width <= width;
  if (fits(text)) return text;
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(`${characters.slice(0, middle).join('')}…`)) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join('')}…`;
}
