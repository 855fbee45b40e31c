import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import puppeteer, { type Browser } from 'puppeteer-core';

import { forward } from './forward.js';
import type { Namespace } from './namespace.js';

/** A browser that a host can run. */
export type BrowserKind = 'chromium' | 'firefox';

/** How a browser is started. */
export interface BrowserOptions {
  /** Its program on this machine. */
  readonly executablePath: string;
  /** Further arguments: fake cameras are Chromium's to be asked for here. */
  readonly args?: readonly string[];
  /** Default arguments of puppeteer to leave out; Chromium only. */
  readonly ignoreDefaultArgs?: readonly string[];
  /** Preferences; Firefox only. */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Origins, such as `http://198.18.0.1:8080`, that count as secure though they are plain HTTP: pages from them may use
   * cameras, microphones and cryptography.
   */
  readonly secureOrigins?: readonly string[];
  /** The longest that one call into a page takes, in milliseconds; as puppeteer's. */
  readonly protocolTimeout?: number;
}

/** Starts one in a namespace. */
export function launchBrowser(
  namespace: Namespace,
  kind: BrowserKind,
  options: BrowserOptions,
): Promise<Browser> {
  return kind === 'chromium' ? launchChromium(namespace, options) : launchFirefox(namespace, options);
}

/** A new folder in the lab's memory. */
async function makeFolder(
  namespace: Namespace,
  prefix: string,
): Promise<{ inside: string; outside: string }> {
  const { inside, outside } = namespace.engine.scratch;
  const name = basename(await mkdtemp(join(outside, `${prefix}-`)));
  return { inside: join(inside, name), outside: join(outside, name) };
}

const timeouts = ({ protocolTimeout }: BrowserOptions) =>
  protocolTimeout === undefined ? {} : { protocolTimeout };

async function launchChromium(namespace: Namespace, options: BrowserOptions): Promise<Browser> {
  const { executablePath, args = [], ignoreDefaultArgs = [], secureOrigins = [] } = options;
  const home = await makeFolder(namespace, 'chromium');
  const defaults = await puppeteer.defaultArgs({
    browser: 'chrome',
    headless: true,
    userDataDir: join(home.inside, 'profile'),
    args: [
      ...args,
      ...(secureOrigins.length > 0
        ? [`--unsafely-treat-insecure-origin-as-secure=${secureOrigins.join(',')}`]
        : []),
    ],
  });
  const command = [executablePath, ...defaults.filter((each) => !ignoreDefaultArgs.includes(each))];
  return puppeteer.launch({
    browser: 'chrome',
    // The lab's program enters the namespace, and becomes the browser there; they talk through pipes.
    executablePath: namespace.engine.program,
    ignoreDefaultArgs: true,
    args: namespace.entering(command),
    pipe: true,
    env: { ...namespace.engine.environment(), HOME: home.inside },
    ...timeouts(options),
  });
}

/** How long a Firefox may take to say where it listens. */
const FIREFOX_START_MS = 30_000;

async function launchFirefox(namespace: Namespace, options: BrowserOptions): Promise<Browser> {
  const { executablePath, args = [], secureOrigins = [] } = options;
  const home = await makeFolder(namespace, 'firefox');
  const profile = join(home.outside, 'profile');
  await mkdir(profile);
  await writeFile(
    join(profile, 'user.js'),
    preferenceLines({ ...quiet, ...secure(secureOrigins), ...options.preferences }),
  );
  const child = namespace.run(
    executablePath,
    [
      '--profile',
      join(home.inside, 'profile'),
      '--headless',
      '--no-remote',
      '--remote-debugging-port=0',
      ...args,
    ],
    { env: { ...process.env, HOME: home.inside }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const port = await listeningPort(child.stderr);
    const reached = await forward(namespace, port);
    const browser = await puppeteer.connect({
      browserWSEndpoint: `ws://127.0.0.1:${reached.port}/session`,
      protocol: 'webDriverBiDi',
      // Firefox answers those only who name the port that it listens on.
      wsOptions: { headers: { Host: `127.0.0.1:${port}` } },
      ...timeouts(options),
    });
    browser.on('disconnected', () => {
      reached.close();
      child.kill();
    });
    return browser;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The port that Firefox names on standard error. */
function listeningPort(output: Readable | null): Promise<number> {
  return new Promise((resolve, reject) => {
    if (output === null) throw new Error('Firefox has no standard error.');
    let said = '';
    const timer = setTimeout(() => reject(new Error(`Firefox does not start. ${said}`)), FIREFOX_START_MS);
    const lines = createInterface({ input: output });
    lines.on('line', (line) => {
      said = `${said}${line}\n`.slice(-2_000);
      const port = /^WebDriver BiDi listening on ws:\/\/127[.]0[.]0[.]1:(\d+)$/.exec(line.trim())?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    lines.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`Firefox ended. ${said}`));
    });
  });
}

/** No traffic of its own, no first page, nothing that asks. */
const quiet = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage': 'about:blank',
  'browser.startup.page': 0,
  'browser.tabs.warnOnClose': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'dom.min_background_timeout_value': 4,
  'dom.min_background_timeout_value_without_budget_throttling': 4,
  'extensions.update.enabled': false,
  'fission.webContentIsolationStrategy': 0,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

function secure(origins: readonly string[]): Record<string, string | boolean> {
  if (origins.length === 0) return {};
  return {
    'dom.securecontext.allowlist': origins.map((origin) => new URL(origin).hostname).join(','),
    'media.devices.insecure.enabled': true,
    'media.getusermedia.insecure.enabled': true,
  };
}

function preferenceLines(preferences: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');
}
