/** What a promise resolves with; `undefined` where it rejects, or takes longer. Never rejects. */
export async function withinMs<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const answered = await Promise.race([promise.catch(() => undefined), timeout]);
  clearTimeout(timer);
  return answered;
}
