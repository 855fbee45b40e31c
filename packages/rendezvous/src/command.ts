import { parseArgs } from 'node:util';

import { createRendezvous, type Rendezvous } from './server.js';

/** Where a command writes its lines. */
export interface CommandOutput {
  out(line: string): void;
  err(line: string): void;
}

/** The port that a rendezvous takes when none is named. */
const DEFAULT_PORT = 8787;

const HELP = `conclave-rendezvous: introduces Conclave peers to each other

  npx @conclave/rendezvous [options]

  --port <number>       port to listen on, 0 for any that is free (default ${DEFAULT_PORT})
  --host <address>      address to listen on, 0.0.0.0 for all (default 127.0.0.1: this machine only)
  --key <id>            a key that clients may connect with; may be repeated (default demo)
  --origin <origin>     origin under which clients dial it, as https://calls.example; may be repeated
                        (default: localhost and the addresses that it listens on)
  --path <path>         path of the socket (default: any)
  --ice-server <url>    stun: server that clients are told of; may be repeated
  --help                this text`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  key: { type: 'string', multiple: true },
  origin: { type: 'string', multiple: true },
  path: { type: 'string' },
  'ice-server': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs the command line. Answers the rendezvous that runs now, or the code to exit with. */
export async function runCommand(
  args: readonly string[],
  output: CommandOutput,
): Promise<Rendezvous | number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    output.err(`${parsed} See --help.`);
    return 1;
  }
  if (parsed.help) {
    output.out(HELP);
    return 0;
  }
  const port = Number(parsed.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    output.err(`--port takes a number from 0 to 65535, not ${parsed.port}. See --help.`);
    return 1;
  }
  const keys = parsed.key ?? ['demo'];
  try {
    const rendezvous = await createRendezvous({
      port,
      keys,
      iceServers: (parsed['ice-server'] ?? []).map((url) => ({ urls: [url] })),
      ...(parsed.host !== undefined && { host: parsed.host }),
      ...(parsed.path !== undefined && { path: parsed.path }),
      ...(parsed.origin && { publicOrigins: parsed.origin }),
      log(event, details) {
        if (event === 'origin')
          output.err(`Refused a client that dialled ${String(details['origin'])}; --origin allows it.`);
        if (event === 'exchange-failed') output.err(`The exchange failed: ${String(details['error'])}`);
      },
    });
    const named = keys.length === 1 ? `key ${keys[0]}` : `keys ${keys.join(', ')}`;
    output.out(`Rendezvous at ${rendezvous.url} (${named}). Ctrl+C stops it.`);
    return rendezvous;
  } catch (error) {
    output.err(whyNot(error, port, parsed.host));
    return 1;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whyNot(error: unknown, port: number, host: string | undefined): string {
  const { code } = error as { readonly code?: unknown };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop the other program, or choose another with --port.`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. See --host in --help.`;
  return `Cannot start: ${String(error)}`;
}
