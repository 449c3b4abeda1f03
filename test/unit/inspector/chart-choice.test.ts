import { expect, it } from 'vitest';
import { chooseChart } from '../../../src/inspector/page/chart-choice.ts';

const row = { width: 1_167, height: 255 };
const column = { width: 399, height: 736 };

it('chooses the first chart that can be read when all of it is shown, or the largest', () => {
  const charts = [row, column];
  expect(chooseChart(charts, { width: 730, height: 300 })).toBe(row);
  expect(chooseChart(charts, { width: 360, height: 520 })).toBe(column);
  expect(chooseChart(charts, { width: 360, height: 80 })).toBe(row);
  expect(chooseChart([], { width: 360, height: 80 })).toBeUndefined();
});
