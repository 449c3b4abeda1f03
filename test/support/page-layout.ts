import type { Page } from 'playwright-core';

/** Runs in the page: text that is cut without its whole being told, and what does not stay in its row, pane or window. */
const layoutFaults = `(() => {
  const faults = new Set();
  const say = (what, element) => faults.add(what + ': ' + element.tagName.toLowerCase() + '.' + element.className + ' "' +
    element.textContent.trim().replaceAll(/\\s+/g, ' ').slice(0, 40) + '"');
  const rectOf = (element) => element.getBoundingClientRect();
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && rectOf(element).width > 0;
  const hides = (value) => value === 'hidden' || value === 'clip';
  const isCut = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return (hides(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
      (hides(overflowY) && element.scrollHeight > element.clientHeight + 1);
  };
  if (document.documentElement.scrollWidth > innerWidth) faults.add('the page is wider than the window');
  const elements = [...document.querySelectorAll('#app *')].filter((element) => !element.closest('svg') && isSeen(element));
  for (const element of elements) {
    if (element.matches('main, .pane, .panel, .room, option')) continue;
    // Whole names and ids are in the details of the peer, and of the others there is a title.
    if (element.textContent && isCut(element) && !element.closest('[title], [aria-expanded]')) say('cut', element);
    if (element.matches('.scroll, .figures, .details') && element.scrollWidth > element.clientWidth + 1) say('wide', element);
  }
  const holders = 'header, .bar, .tabs, .timeline, .room > *, li, tr, .details, .where, .mesh-legend';
  for (const holder of document.querySelectorAll(holders)) {
    if (!isSeen(holder)) continue;
    const scrolls = /auto|scroll/.test(getComputedStyle(holder).overflowY);
    const out = rectOf(holder);
    for (const element of holder.querySelectorAll('*')) {
      if (element.closest('svg') || !isSeen(element) || element.tagName === 'OPTION') continue;
      let cutter = element.parentElement;
      while (cutter !== holder && !hides(getComputedStyle(cutter).overflowX)) cutter = cutter.parentElement;
      if (cutter !== holder || hides(getComputedStyle(holder).overflowX)) continue;
      const { left, right, top, bottom } = rectOf(element);
      if (left < out.left - 1 || right > out.right + 1) say('out of ' + holder.className, element);
      else if (!scrolls && (top < out.top - 1.5 || bottom > out.bottom + 1.5)) say('out of ' + holder.className, element);
    }
  }
  for (const pane of document.querySelectorAll('.pane')) {
    if (getComputedStyle(pane).overflowY === 'auto') continue;
    const out = rectOf(pane);
    for (const child of pane.children) if (isSeen(child) && rectOf(child).bottom > out.bottom + 1) say('below its pane', child);
  }
  return [...faults];
})()`;

/** What is wrong with how the page looks now. */
export const faultsOfLayout = (page: Page): Promise<readonly string[]> => page.evaluate(layoutFaults);
