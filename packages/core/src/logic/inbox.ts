/** Whether a reliable message is the next one. A counter that was handled is a copy; a gap cannot be and is refused. */
export function judgeCounter(lastHandled: number, counter: number): 'next' | 'copy' | 'gap' {
  if (counter === lastHandled + 1) return 'next';
  return counter <= lastHandled ? 'copy' : 'gap';
}
