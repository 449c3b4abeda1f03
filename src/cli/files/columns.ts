/** Characters that take two columns of a terminal: East Asian scripts and emoji, as far as that can be said of a character. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const mark = /\p{M}|\u200c|\u200d/u;

const columnsOf = (character: string): number => (mark.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** The text, or its beginning and an ellipsis, in less than so many columns: a line that wraps cannot be drawn again. */
export function stripped(text: string, columns: number): string {
  const shown: string[] = [];
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used >= columns) return `${shown.slice(0, -1).join('')}…`;
    shown.push(character);
  }
  return text;
}
