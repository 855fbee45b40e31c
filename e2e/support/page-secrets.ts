import type { Page } from 'puppeteer-core';

/** Everything that a page sends and receives over HTTP and WebSocket from now on, as text of one character a byte. */
export async function recordWire(page: Page): Promise<() => string> {
  const said: string[] = [];
  const bytesOf = (base64: string) => Buffer.from(base64, 'base64').toString('latin1');
  const session = await page.createCDPSession();
  // Not the whole request: DevTools also tells the fragment, which stays in the browser.
  session.on('Network.requestWillBeSent', ({ request: { url, headers, postDataEntries = [] } }) =>
    said.push(url, JSON.stringify(headers), ...postDataEntries.map(({ bytes }) => bytesOf(bytes ?? ''))),
  );
  session.on('Network.requestWillBeSentExtraInfo', ({ headers }) => said.push(JSON.stringify(headers)));
  session.on('Network.webSocketCreated', ({ url }) => said.push(url));
  session.on('Network.webSocketWillSendHandshakeRequest', ({ request }) =>
    said.push(JSON.stringify(request)),
  );
  const frame = ({ response }: { readonly response: { opcode: number; payloadData: string } }) =>
    said.push(response.opcode === 1 ? response.payloadData : bytesOf(response.payloadData));
  session.on('Network.webSocketFrameSent', frame);
  session.on('Network.webSocketFrameReceived', frame);
  await session.send('Network.enable');
  return () => said.join('\n');
}

/** Everything that the origin of a page has stored, as text. */
export function readStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(String(request.error)));
      });
    const text = (value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder().decode(value) : JSON.stringify(value);
    const kept = [document.cookie];
    for (const storage of [localStorage, sessionStorage]) kept.push(...Object.entries(storage).flat());
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      for (const storeName of database.objectStoreNames) {
        const store = database.transaction(storeName).objectStore(storeName);
        const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
        kept.push(JSON.stringify(keys), ...values.map(text));
      }
      database.close();
    }
    return kept.join('\n');
  });
}

/** A room secret in every form in which it could be told. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'base64url');
  return [secret, bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64').replace('=', '')];
}
