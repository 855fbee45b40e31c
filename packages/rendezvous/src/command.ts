import { parseArgs } from 'node:util';

import { keysFromFile, type FileKeys } from './key-file.js';
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
  --keys <file>         a JSON file of keys instead, read again when it changes and on SIGHUP:
                        { "keys": { "<id>": { "mode": "open" },
                                    "<id>": { "mode": "token", "secrets": ["<base64 of 32 bytes or more>"] },
                                    "<id>": { "mode": "revoked" } } }
                        also tenant, origins, limits { clients, connectsPerSecond }, turn (open), audience (token)
  --origin <origin>     origin under which clients dial it, as https://calls.example; may be repeated
                        (default: localhost and the addresses that it listens on)
  --path <path>         path of the socket (default: any)
  --ice-server <url>    stun: server that clients are told of; may be repeated
  --help                this text`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  key: { type: 'string', multiple: true },
  keys: { type: 'string' },
  origin: { type: 'string', multiple: true },
  path: { type: 'string' },
  'ice-server': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A rendezvous that the command line has started. */
export interface Started {
  /** Stops it. */
  close(): Promise<void>;
  /** Reads the key file again, where there is one; answers whether it could be used. */
  readonly reload: (() => Promise<boolean>) | undefined;
}

/** Runs the command line. Answers what runs now, or the code to exit with. */
export async function runCommand(args: readonly string[], output: CommandOutput): Promise<Started | number> {
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
  if (parsed.key && parsed.keys !== undefined) {
    output.err('--key and --keys exclude each other: put the key into the file. See --help.');
    return 1;
  }
  let fileKeys: FileKeys | undefined;
  const ids = parsed.key ?? ['demo'];
  let named = ids.length === 1 ? `key ${ids[0]}` : `keys ${ids.join(', ')}`;
  if (parsed.keys !== undefined) {
    const file = parsed.keys;
    try {
      fileKeys = await readKeys(file, output);
    } catch (error) {
      output.err(`--keys ${file}: ${messageOf(error)}. See --help.`);
      return 1;
    }
    named = `keys of ${file}`;
  }
  try {
    const rendezvous = await createRendezvous({
      port,
      keys: fileKeys ?? ids,
      iceServers: (parsed['ice-server'] ?? []).map((url) => ({ urls: [url] })),
      ...(parsed.host !== undefined && { host: parsed.host }),
      ...(parsed.path !== undefined && { path: parsed.path }),
      ...(parsed.origin && { publicOrigins: parsed.origin }),
      log: (event, details) => tell(output, event, details),
    });
    output.out(`Rendezvous at ${rendezvous.url} (${named}). Ctrl+C stops it.`);
    return startedOf(rendezvous, fileKeys);
  } catch (error) {
    fileKeys?.close();
    output.err(whyNot(error, port, parsed.host));
    return 1;
  }
}

function startedOf(rendezvous: Rendezvous, fileKeys: FileKeys | undefined): Started {
  return {
    async close() {
      fileKeys?.close();
      await rendezvous.close();
    },
    reload: fileKeys && (() => fileKeys.reload()),
  };
}

function readKeys(file: string, output: CommandOutput): Promise<FileKeys> {
  return keysFromFile(file, {
    log(event, { keys, error }) {
      if (event === 'keys-read') output.out(`Read ${String(keys)} keys from ${file}.`);
      else output.err(`${file}: ${messageOf(error)}. The keys read before stay in force.`);
    },
  });
}

/** Says what an operator can do something about; never a token. */
function tell(output: CommandOutput, event: string, details: Readonly<Record<string, unknown>>): void {
  const text = (key: string) => messageOf(details[key]);
  if (event === 'origin') output.err(`Refused a client that dialled ${text('origin')}; --origin allows it.`);
  if (event === 'exchange-failed') output.err(`The exchange failed: ${text('error')}`);
  if (event === 'keys-failed') output.err(`The keys could not be asked: ${text('error')}`);
  if (event === 'token') output.err(`Refused a token for key ${text('key')}: ${text('fault')}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return messageOf(error);
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
