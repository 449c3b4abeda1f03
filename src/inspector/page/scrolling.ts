import { html, type TemplateResult } from 'lit-html';
import { countUntil } from '../model/replay.ts';

/** The part of a long list that is to be seen; the rest is only room. Rows are as high as what they say. */
export interface Scroller {
  /** For the `ref` of the element that scrolls. */
  readonly hold: (element: Element | undefined) => void;
  /** `rows` makes one element of each item; an item is the same object as long as its row is the same. */
  list<Item extends object>(options: {
    readonly items: readonly Item[];
    readonly rows: (visible: readonly Item[], first: number) => unknown;
  }): TemplateResult;
  /** After the list was drawn: looks how high its rows came out. */
  measure(): void;
  readonly atTop: boolean;
  toTop(): void;
  /** Brings a row into view. */
  reveal(index: number): void;
}

const spare = 6;
const firstGuess = 40;

/** How high rows are: as measured, and a guess of those that were never drawn. */
class Heights {
  #known = new WeakMap<object, number>();
  #guess: number | null = null;

  of(item: object): number {
    return this.#known.get(item) ?? this.#guess ?? firstGuess;
  }

  set(item: object, height: number): void {
    this.#known.set(item, height);
    // The same one from then on: what is above must not move because a row below is high.
    this.#guess ??= height;
  }

  /** Where each of them begins, and where the last one ends. */
  ends(items: readonly object[]): number[] {
    let end = 0;
    return [0, ...items.map((item) => (end += this.of(item)))];
  }

  forget(): void {
    this.#known = new WeakMap();
    this.#guess = null;
  }
}

/** `redraw` is called when another part is to be seen, `moved` when the top was left or reached. */
export function createScroller(redraw: () => void, moved: () => void = () => undefined): Scroller {
  const heights = new Heights();
  let element: Element | undefined;
  let top = 0;
  let size = { width: 0, height: 600 };
  let all: readonly object[] = [];
  let starts: readonly number[] = [0];
  let first = 0;

  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.target !== element) return;
    const { width, height } = entry.contentRect;
    if (width !== size.width) heights.forget();
    size = { width, height };
    redraw();
  });
  const isAtTop = (): boolean => top < 8;
  function onScroll(event: Event): void {
    if (event.target !== element || !element) return;
    const was = isAtTop();
    top = element.scrollTop;
    if (isAtTop() !== was) moved();
    redraw();
  }
  return {
    hold: (held) => {
      if (element) observer.unobserve(element);
      element = held;
      all = [];
      if (!element) return;
      observer.observe(element);
      top = 0;
      element.addEventListener('scroll', onScroll, { passive: true });
    },
    list: ({ items, rows }) => {
      all = items;
      starts = heights.ends(items);
      first = Math.max(0, Math.min(items.length, countUntil(starts, top)) - 1 - spare);
      const last = Math.min(items.length, countUntil(starts, top + size.height) + spare);
      const room = `height:${starts.at(-1)}px;padding-top:${starts[first]}px`;
      return html`<div class="room" role="presentation" .style=${room}>
        ${rows(items.slice(first, last), first)}
      </div>`;
    },
    measure: () => {
      const room = all.length > 0 ? element?.querySelector(':scope > .room') : null;
      if (!room || !element) return;
      let isOther = false;
      let above = 0;
      for (const [index, row] of [...room.children].entries()) {
        const item = all[first + index];
        if (!item) continue;
        const { height } = row.getBoundingClientRect();
        const more = height - heights.of(item);
        heights.set(item, height);
        if (Math.abs(more) < 0.5) continue;
        isOther = true;
        if ((starts[first + index + 1] ?? 0) <= top) above += more;
      }
      // What is read stays where it is while rows above it turn out to be higher.
      if (above !== 0) element.scrollTop += above;
      if (isOther) redraw();
    },
    get atTop() {
      return isAtTop();
    },
    toTop: () => element?.scrollTo({ top: 0 }),
    reveal: (index) => {
      const [start, end] = [starts[index], starts[index + 1]];
      if (!element || start === undefined || end === undefined) return;
      const head = element.querySelector(':scope > .head')?.getBoundingClientRect().height ?? 0;
      if (start < top) element.scrollTo({ top: start });
      else if (end + head > top + size.height) element.scrollTo({ top: end + head - size.height });
    },
  };
}
