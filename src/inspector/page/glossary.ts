/** What reasons and codes mean, as the node that serves this page puts it. */
export interface Glossary {
  readonly reasons: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
}

export const emptyGlossary: Glossary = { reasons: {}, errors: {} };

export async function fetchGlossary(): Promise<Glossary> {
  const response = await fetch('/words.json');
  if (!response.ok) throw new Error(`words: ${response.status}`);
  return (await response.json()) as Glossary;
}

const wordOf = (words: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(words, key) ? (words[key] ?? '') : '';

export function explain(words: Glossary, reason: string | null, code: string | null): string {
  const texts = [reason && wordOf(words.reasons, reason), code && wordOf(words.errors, code)];
  return texts.filter(Boolean).join(' — ');
}
