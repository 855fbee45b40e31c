const KEY = 'conclave/name';

/** The longest name that a tile shows. */
export const MAX_NAME_LENGTH = 40;

const signs = new Intl.Segmenter();

/** What people see as single signs: a letter with its accents, a flag, a family. */
function signsOf(text: string): string[] {
  return Array.from(signs.segment(text), ({ segment }) => segment);
}

/** The name that was used last in this browser. A browser that keeps nothing gives none. */
export function rememberedName(): string {
  try {
    return tidyName(localStorage.getItem(KEY) ?? '');
  } catch {
    return '';
  }
}

/** Remembers a name for the next time, where the browser allows it. */
export function rememberName(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Private windows and full disks: the name is asked for again.
  }
}

/** A name as it is shown: on one line, without what cannot be seen. */
export function tidyName(text: string): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ').trim();
  return signsOf(visible).slice(0, MAX_NAME_LENGTH).join('').trim();
}

/** A name as names are compared: who types it in another way is still the namesake. */
export function foldName(name: string): string {
  return tidyName(name).normalize('NFKC').toLowerCase();
}

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return (
    ends
      .map((word) => signsOf(word ?? '')[0] ?? '')
      .join('')
      .toLocaleUpperCase() || '?'
  );
}
