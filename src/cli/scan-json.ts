import { limits } from '../limits.ts';

/** What `JSON.parse` changes without a word: it rounds large integers, and of a key that stands twice it takes one. */
export interface Loss {
  readonly kind: 'rounded' | 'twice';
  /** `data.list[3]` */
  readonly path: string;
  /** The key of the outermost object that it is at or under. */
  readonly top: string | undefined;
  /** The beginning of the integer as it is written. */
  readonly source: string;
}

export interface Scan {
  /** The first one. */
  readonly loss: Loss | undefined;
  /** More levels than any message has. */
  readonly tooDeep: boolean;
  /** The text or number under the key `ref` of the outermost object as it is written. */
  readonly ref: string | undefined;
}

interface Level {
  /** Undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** The key or the index of the current value. */
  step: string | number;
  keyIsNext: boolean;
}

const [quote, comma, minus, digit0, digit9] = [0x22, 0x2c, 0x2d, 0x30, 0x39];
const [openList, backslash, closeList, openObject, closeObject] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];

/** The command, and each level of its data in an `$escape`, and `$bytes`. */
const deepest = 2 * limits.messages.depth + 2;
/** Every integer with so few characters is safe. */
const safeLength = 15;

const isDigit = (code: number): boolean => code >= digit0 && code <= digit9;

/** Where the string that begins at `from` has its closing quotation mark. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === backslash) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** Where the number that begins at `from` has its last character, and whether it is written as an integer. */
function endOfNumber(text: string, from: number): { readonly end: number; readonly integer: boolean } {
  let end = from;
  while (isDigit(text.charCodeAt(end + 1))) end += 1;
  const integer = !'.eE'.includes(text.charAt(end + 1) || ' ');
  while ('.eE+-'.includes(text.charAt(end + 1) || ' ') || isDigit(text.charCodeAt(end + 1))) end += 1;
  return { end, integer };
}

function keyOf(source: string): string {
  if (!source.includes('\\')) return source;
  try {
    return JSON.parse(`"${source}"`);
  } catch {
    return source;
  }
}

const pathOf = (levels: readonly Level[]): string =>
  levels
    .map(({ step }, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${step.slice(0, 64)}`))
    .join('')
    .slice(0, 256);

/**
 * Looks through a line for what `JSON.parse` would not tell, in linear time and without recursion. A text that is not
 * JSON is looked through as well: it may have the `ref` of the answer.
 */
export function scanJson(text: string): Scan {
  const levels: Level[] = [];
  let level: Level | undefined;
  let depth = 0;
  let tooDeep = false;
  let loss: Loss | undefined;
  let ref: string | undefined;

  function lose(kind: Loss['kind'], source: string): void {
    const top = levels[0]?.keys && levels[0].step;
    loss ??= {
      kind,
      path: pathOf(levels),
      top: typeof top === 'string' ? top : undefined,
      source: source.slice(0, 64),
    };
  }

  function open(isObject: boolean): void {
    depth += 1;
    if (depth > deepest) tooDeep = true;
    else {
      level = { keys: isObject ? new Set() : undefined, step: isObject ? '' : 0, keyIsNext: isObject };
      levels.push(level);
    }
  }

  function close(): void {
    if (depth > 0) depth -= 1;
    if (depth >= levels.length) return;
    levels.pop();
    level = levels.at(-1);
  }

  function next(): void {
    if (!level || depth > deepest) return;
    if (typeof level.step === 'number') level.step += 1;
    else level.keyIsNext = true;
  }

  function takeKey(of: Level, key: string): void {
    of.keyIsNext = false;
    of.step = key;
    if (of.keys?.has(key)) lose('twice', '');
    of.keys?.add(key);
  }

  function takeValue(from: number, end: number): void {
    if (depth === 1 && level?.step === 'ref') ref = text.slice(from, end + 1);
  }

  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (level?.keyIsNext && depth <= deepest) takeKey(level, keyOf(text.slice(at + 1, end)));
      else takeValue(at, end);
      at = end;
    } else if (isDigit(code) || code === minus) {
      const { end, integer } = endOfNumber(text, at);
      takeValue(at, end);
      if (integer && end - at >= safeLength) {
        const source = text.slice(at, end + 1);
        if (!Number.isSafeInteger(Number(source))) lose('rounded', source);
      }
      at = end;
    } else if (code === comma) next();
    else if (code === openObject || code === openList) open(code === openObject);
    else if (code === closeObject || code === closeList) close();
  }
  return { loss, tooDeep, ref };
}
