/** What a person wrote into a chat: words for the others, or a command. */
export type Written =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'help' | 'who' | 'quit' | 'nothing' }
  | { readonly kind: 'unknown'; readonly name: string };

export const chatHelp = [
  '/who shows who is here, /quit or Ctrl-D leaves, /help shows this.',
  'A line that begins with // is sent with one of the two.',
  'Enter sends; Alt-Enter or Ctrl-J begins another line; what is pasted keeps its lines.',
  'PageUp and PageDown scroll, Ctrl-End goes back to the end; Up and Down bring back what was sent.',
  'Ctrl-C clears what is written, and leaves if nothing is.',
] as const;

export function readWritten(text: string): Written {
  if (text.trim() === '') return { kind: 'nothing' };
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) };
  if (!text.startsWith('/')) return { kind: 'say', text };
  const name = text.slice(1).trim();
  if (name === 'help' || name === 'who' || name === 'quit') return { kind: name };
  return { kind: 'unknown', name: name.split(/\s/, 1)[0] ?? '' };
}
