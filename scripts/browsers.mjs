// @ts-check
// The browsers that the tests drive. Imported, it only looks; run (`node scripts/browsers.mjs`), it also gets what is
// missing: CHROME_PATH or FIREFOX_PATH, the usual places, a download into .cache/browsers, apt on Debian as root.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env, exit, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

/** @typedef {'chromium' | 'firefox'} BrowserName */

const cacheDir = fileURLToPath(new URL('../.cache/browsers', import.meta.url));
const downloads = join(cacheDir, 'installed.json');
const downloadLimitMs = 300_000;

const known = {
  chromium: {
    variable: 'CHROME_PATH',
    commands: [
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
      'microsoft-edge-stable',
    ],
    macApps: ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'],
    windows: ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'],
    debian: 'chromium',
    page: 'https://www.google.com/chrome/',
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    commands: ['firefox', 'firefox-esr'],
    macApps: ['Firefox.app/Contents/MacOS/firefox'],
    windows: ['Mozilla Firefox\\firefox.exe'],
    debian: 'firefox-esr',
    page: 'https://www.mozilla.org/firefox/',
  },
};

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {BrowserName} name
 * @returns {string[]}
 */
function usualPlaces(name) {
  const { commands, macApps, windows } = known[name];
  if (platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((root) =>
      macApps.map((app) => join(root, app)),
    );
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots.flatMap((root) => (root ? windows.map((file) => join(root, file)) : []));
  }
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** @returns {Partial<Record<BrowserName, string>>} */
function downloaded() {
  return existsSync(downloads) ? JSON.parse(readFileSync(downloads, 'utf8')) : {};
}

/**
 * The path of an installed browser; undefined when there is none. Looks only: installs and starts nothing.
 * A path named by CHROME_PATH or FIREFOX_PATH is the answer even where others are installed.
 *
 * @param {BrowserName} name
 * @returns {string | undefined}
 */
export function findBrowser(name) {
  const named = env[known[name].variable];
  // A download comes first: it was made because what lies in the usual places does not start.
  const places = named ? [named] : [downloaded()[name] ?? '', ...usualPlaces(name)];
  return places.find((path) => path !== '' && isExecutable(path));
}

/**
 * A browser that cannot start (a missing library, a stub that points at another package manager) does not count.
 *
 * @param {string} path
 */
function starts(path) {
  if (platform === 'win32') return true; // `--version` opens a window there.
  return spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}

/** @param {BrowserName} name */
async function download(name) {
  const { Browser, computeExecutablePath, detectBrowserPlatform, install, resolveBuildId } =
    await import('@puppeteer/browsers');
  const host = detectBrowserPlatform();
  if (!host) throw new Error('no builds for this platform');
  const browser = name === 'chromium' ? Browser.CHROME : Browser.FIREFOX;
  const buildId = await resolveBuildId(browser, host, 'stable');
  await install({ browser, buildId, cacheDir, platform: host });
  const path = computeExecutablePath({ browser, buildId, cacheDir, platform: host });
  if (!starts(path)) throw new Error('the download does not start here (a shared library is missing?)');
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(downloads, JSON.stringify({ ...downloaded(), [name]: path }, null, 2));
}

/**
 * @param {Promise<void>} work
 * @param {number} limitMs
 */
async function within(work, limitMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limitMs / 1000} s`)), limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

const aptWorks = () => platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** @param {BrowserName[]} names */
function installByApt(names) {
  const packages = names.map((name) => known[name].debian);
  console.log(`installing ${packages.join(' and ')} by apt-get, as root`);
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  execFileSync('apt-get', ['update', '-qq'], options);
  // One by one: a machine may have one of the packages and not the other.
  for (const name of packages)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options);
}

/**
 * The one command that would help.
 *
 * @param {BrowserName} name
 */
function advice(name) {
  const { debian, page, variable } = known[name];
  if (platform === 'linux' && existsSync('/usr/bin/apt-get')) return `sudo apt-get install -y ${debian}`;
  if (platform === 'darwin')
    return `brew install --cask ${name === 'chromium' ? 'google-chrome' : 'firefox'}`;
  return `install it from ${page} or set ${variable} to its path`;
}

/** @param {BrowserName} name */
function usable(name) {
  const path = findBrowser(name);
  return path !== undefined && starts(path);
}

async function setUp() {
  /** @type {BrowserName[]} */
  const names = ['chromium', 'firefox'];
  for (const name of names) {
    const { variable } = known[name];
    if (env[variable] && !usable(name)) {
      console.error(`${variable}=${env[variable]} does not start. Set it to a browser, or unset it.`);
      exit(1);
    }
  }
  for (const name of names.filter((each) => !usable(each))) {
    console.log(`no ${name} on this machine: downloading one into .cache/browsers`);
    await within(download(name), downloadLimitMs).catch((/** @type {Error} */ error) => {
      console.log(`  that did not work: ${error.message.split('\n')[0]}`);
    });
  }
  const missing = names.filter((name) => !usable(name));
  if (missing.length > 0 && aptWorks()) installByApt(missing);

  let fatal = false;
  for (const name of names) {
    if (usable(name)) {
      console.log(`${name}: ${findBrowser(name)}`);
    } else if (name === 'firefox' && env['CI'] !== 'true') {
      console.log(`firefox: none, its tests are skipped. To have them run: ${advice(name)}`);
    } else {
      console.error(`${name}: none, and the tests need it. This helps: ${advice(name)}`);
      fatal = true;
    }
  }
  exit(fatal ? 1 : 0); // A download that still hangs must not keep the process alive.
}

// Not awaited: Jest loads this file as CommonJS, which has no top-level await. A rejection still ends with code 1.
if (process.argv[1] === fileURLToPath(import.meta.url)) void setUp();
