// @ts-check
// docs/picture.png: a running room of three people in the conference example, for the README. Each camera is painted in
// the page, since the fake one of the browser shows a test pattern.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

import { findBrowser } from './browsers.mjs';
import { chromiumArguments } from './fake-media.mjs';

const picture = fileURLToPath(new URL('../docs/picture.png', import.meta.url));
const people = [
  { name: 'Alice', wall: ['#f6d365', '#fda085'], skin: '#f2c9a1', hair: '#5b3a29', shirt: '#2a6f97' },
  { name: 'Bob', wall: ['#a1c4fd', '#c2e9fb'], skin: '#8d5b3f', hair: '#1f1a17', shirt: '#bc4749' },
  { name: 'Charlie', wall: ['#d4fc79', '#96e6a1'], skin: '#e8b58a', hair: '#c77b30', shirt: '#5a4fcf' },
];

/** Replaces the camera by a painted one; runs in the page before anything else. */
function paintCamera(/** @type {(typeof people)[number]} */ { wall, skin, hair, shirt }) {
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const ellipse = (
    /** @type {string} */ colour,
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ width,
    /** @type {number} */ height,
  ) => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    context.fill();
  };
  const paint = () => {
    const sway = 6 * Math.sin(performance.now() / 900);
    const room = context.createLinearGradient(0, 0, 640, 360);
    wall.forEach((colour, i) => room.addColorStop(i, colour));
    context.fillStyle = room;
    context.fillRect(0, 0, 640, 360);
    ellipse('#ffffff55', 520, 90, 70, 70);
    ellipse(shirt, 320 + sway / 2, 380, 170, 120);
    ellipse(hair, 320 + sway, 150, 92, 104);
    ellipse(skin, 320 + sway / 2, 262, 34, 44);
    ellipse(skin, 320 + sway, 168, 74, 90);
    ellipse(hair, 320 + sway, 92, 80, 36);
    for (const side of [-1, 1]) ellipse('#26201d', 320 + sway + 28 * side, 164, 7, 8);
    context.strokeStyle = '#26201d';
    context.lineWidth = 5;
    context.beginPath();
    context.arc(320 + sway, 196, 26, 0.2 * Math.PI, 0.8 * Math.PI);
    context.stroke();
  };
  setInterval(paint, 66);
  devices.getUserMedia = async (constraints = {}) => {
    const stream = await open({
      ...constraints,
      video: false,
      audio: constraints.audio || !constraints.video,
    });
    if (!constraints.video) return stream;
    const tracks = constraints.audio ? stream.getAudioTracks() : [];
    return new MediaStream([...tracks, ...canvas.captureStream(15).getVideoTracks()]);
  };
}

/** Starts the example as a user does; resolves with its URL. */
function startExample() {
  const start = fileURLToPath(new URL('start.mjs', import.meta.url));
  const child = spawn(execPath, [start, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      const [found] = /http:\/\/localhost:\d+/.exec((output += String(text))) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`The example did not start.\n${output}`)));
  });
  return { url: /** @type {Promise<string>} */ (url), stop: () => child.kill('SIGTERM') };
}

const executablePath = findBrowser('chromium');
if (!executablePath) {
  console.error('There is no Chromium here. This gets one: node scripts/browsers.mjs');
  exit(1);
}
const example = startExample();
const browser = await puppeteer.launch({
  executablePath,
  args: chromiumArguments,
});
try {
  const home = await example.url;
  const link = `${home}/#room=sunny-heron-harbour&secret=${randomBytes(32).toString('base64url')}`;
  const pages = [];
  for (const person of people) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    await page.evaluateOnNewDocument(paintCamera, person);
    await page.goto(link);
    await page.locator('[data-testid="name-input"]').fill(person.name);
    await page.locator('[data-testid="join"]').click();
    await page.locator('[data-testid="meeting"]').wait();
    pages.push({ page, person });
  }
  const seen = () => document.querySelectorAll('[data-testid="far-tile"][data-phase="present"] video').length;
  const playing = () => [...document.querySelectorAll('video')].every((video) => video.currentTime > 2);
  for (const { page } of pages) await page.waitForFunction(`(${seen})() === 2`, { polling: 200 });
  const lines = ['Hello! Can you hear me?', 'Loud and clear', 'Me too. Shall we begin?'];
  for (const [i, { page }] of pages.entries()) {
    await page.locator('[data-testid="toggle-chat"]').click();
    await page.locator('[data-testid="chat-input"]').fill(lines[i] ?? '');
    await page.locator('[data-testid="chat-send"]').click();
    const arrived = `document.querySelectorAll('[data-testid="chat-text"]').length > ${i}`;
    const [first] = pages;
    await first?.page.waitForFunction(arrived, { polling: 200 });
  }
  const last = pages.at(-1);
  await last?.page.waitForFunction(playing, { polling: 200 });
  await last?.page.screenshot({ path: picture });
  console.log(picture);
} finally {
  await browser.close();
  example.stop();
}
