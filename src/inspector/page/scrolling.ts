import { html, type TemplateResult } from 'lit-html';

interface Place {
  top: number;
  height: number;
  element: Element | undefined;
}

/** The part of a long list that is to be seen; the rest is only room. */
export interface Scroller {
  /** For the `ref` of the element that scrolls. */
  readonly hold: (element: Element | undefined) => void;
  list<Item>(options: {
    readonly items: readonly Item[];
    readonly rowHeight: number;
    readonly rows: (visible: readonly Item[], first: number) => unknown;
  }): TemplateResult;
  readonly atTop: boolean;
  toTop(): void;
  /** Brings a row into view. */
  reveal(index: number, rowHeight: number, headHeight: number): void;
}

const spare = 6;

/** `redraw` is called when another part is to be seen, `moved` when the top was left or reached. */
export function createScroller(redraw: () => void, moved: () => void = () => undefined): Scroller {
  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.target !== place.element) return;
    place.height = entry.contentRect.height;
    redraw();
  });
  const place: Place = {
    top: 0,
    height: 600,
    element: undefined,
  };
  const isAtTop = (): boolean => place.top < 8;
  function onScroll(event: Event): void {
    if (event.target !== place.element || !place.element) return;
    const was = isAtTop();
    place.top = place.element.scrollTop;
    if (isAtTop() !== was) moved();
    redraw();
  }
  return {
    hold: (element) => {
      if (place.element) observer.unobserve(place.element);
      place.element = element;
      if (!element) return;
      observer.observe(element);
      place.top = 0;
      element.addEventListener('scroll', onScroll, { passive: true });
    },
    list: ({ items, rowHeight, rows }) => {
      const first = Math.min(Math.max(0, Math.floor(place.top / rowHeight) - spare), Math.max(0, items.length - 1));
      const last = Math.min(items.length, Math.ceil((place.top + place.height) / rowHeight) + spare);
      const room = `height:${items.length * rowHeight}px;padding-top:${first * rowHeight}px`;
      return html`<div class="room" role="presentation" .style=${room}>
        ${rows(items.slice(first, last), first)}
      </div>`;
    },
    get atTop() {
      return isAtTop();
    },
    toTop: () => place.element?.scrollTo({ top: 0 }),
    reveal: (index, rowHeight, headHeight) => {
      const { element, top, height } = place;
      if (!element || index < 0) return;
      const start = index * rowHeight;
      if (start < top) element.scrollTo({ top: start });
      else if (start + rowHeight + headHeight > top + height)
        element.scrollTo({ top: start + rowHeight + headHeight - height });
    },
  };
}
