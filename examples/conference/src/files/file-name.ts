/** More than this is cut in the middle: the ending says what a file is, and stays. */
const MAX_SHOWN_SIGNS = 46;
/** What is kept of the end of a name that is cut. */
const KEPT_END = 16;

const signs = new Intl.Segmenter();

/** The name of a file as it is shown: on one line, without what cannot be seen or turns the order of letters about. */
export function shownFileName(name: string): string {
  const tidy = tidyFileName(name);
  const all = Array.from(signs.segment(tidy), ({ segment }) => segment);
  if (all.length === 0) return 'A file without a name';
  if (all.length <= MAX_SHOWN_SIGNS) return tidy;
  return `${all.slice(0, MAX_SHOWN_SIGNS - KEPT_END - 1).join('')}…${all.slice(-KEPT_END).join('')}`;
}

/** The name of a file as it is proposed for the disk: nothing in it leads to another folder or hides the file. */
export function diskFileName(name: string): string {
  return (
    tidyFileName(name)
      .replaceAll(/[/\\:*?"<>|]/g, '_')
      .replace(/^[. ]+/, '') || 'file'
  );
}

function tidyFileName(name: string): string {
  return name.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
}
