/** What is closed by a call. */
interface Closable {
  close(): unknown;
}

const open: Closable[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Has something closed at the end of the test, however that ends: an open socket keeps the whole run from ending. */
export function afterwards<T extends Closable>(one: T): T {
  open.push(one);
  return one;
}
