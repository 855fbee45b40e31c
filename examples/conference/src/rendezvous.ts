/** The rendezvous: `?rendezvous=` in the address, else the one beside this page. */
export function rendezvousUrl(): string {
  const { origin, search } = window.location;
  return new URLSearchParams(search).get('rendezvous') ?? `${origin.replace(/^http/, 'ws')}/rendezvous`;
}

/** Its name, as people say it. */
export function rendezvousName(): string {
  const url = rendezvousUrl();
  return URL.canParse(url) ? new URL(url).host : url;
}
